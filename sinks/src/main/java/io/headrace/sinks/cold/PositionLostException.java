package io.headrace.sinks.cold;

import org.apache.kafka.connect.errors.ConnectException;

/** The control topic ends before the position that the table has in it: it was made anew, or has lost its end. */
final class PositionLostException extends ConnectException {
    private static final long serialVersionUID = 1L;

    PositionLostException(String table, String topic, int partition, long position, long end) {
        super(table + " has what was said in " + topic + "-" + partition + " up to offset " + position
                + ", and the topic ends at " + end + ": it was made anew or has lost its end, and what comes into it"
                + " would be passed over. Give the connector another iceberg.control.topic");
    }
}
