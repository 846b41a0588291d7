package io.headrace.streams.route;

import io.headrace.record.Reading;

/** What routing makes of a reading: the reading itself, once, and any number of copies. */
sealed interface Routed {
    Reading reading();

    /** The reading, with its tiers in its headers. */
    record Marked(Reading reading) implements Routed {}

    /** @param topic full name of the topic to copy into */
    record Copy(String topic, Reading reading) implements Routed {}
}
