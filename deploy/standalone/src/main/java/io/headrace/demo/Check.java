package io.headrace.demo;

/**
 * One thing that must add up.
 *
 * @param what in words
 * @param wanted what was sent, or what another store has
 * @param found what is there
 */
record Check(String what, long wanted, long found) {
    boolean holds() {
        return wanted == found;
    }

    /** One line: what differs. */
    String complaint() {
        return what + ": " + found + " instead of " + wanted;
    }
}
