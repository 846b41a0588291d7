package io.headrace.control.access;

/** What a caller may do, each role all that the ones before it may. */
public enum Role {
    /** Reads everything but secrets. */
    VIEWER,
    /** Changes what devices and routes do. */
    OPERATOR,
    /** Creates and deletes, and sees new keys once. */
    ADMIN;

    /** Whether this role is enough where {@code needed} is asked for. */
    public boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }
}
