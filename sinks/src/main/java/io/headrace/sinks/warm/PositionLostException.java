package io.headrace.sinks.warm;

import org.apache.kafka.common.TopicPartition;

/** The database has stored less than it had once said: it was restored, or failed over to a copy that lagged. */
final class PositionLostException extends Exception {
    private static final long serialVersionUID = 1L;

    PositionLostException(TopicPartition source, long stored, long expected) {
        super("the database has " + source + " stored up to " + stored + ", and had said " + expected);
    }
}
