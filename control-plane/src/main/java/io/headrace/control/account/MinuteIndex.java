package io.headrace.control.account;

/** Finds minutes. */
@FunctionalInterface
interface MinuteIndex {
    /** The minute in which a raw partition got a message. */
    Minute of(int partition, long offset);
}
