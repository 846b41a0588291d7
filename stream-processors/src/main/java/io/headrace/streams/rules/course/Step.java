package io.headrace.streams.rules.course;

/** What a reading changed. */
public enum Step {
    NONE,
    RAISED,
    CLEARED
}
