package io.headrace.sinks.convert;

import java.io.IOException;
import org.apache.avro.io.Decoder;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What values of one Avro schema are in Connect.
 *
 * @param schema of the values that the reader gives
 * @param reader takes one value off the decoder
 */
record Mapping(Schema schema, ValueReader reader) {

    @FunctionalInterface
    interface ValueReader {
        @Nullable
        Object read(Decoder in) throws IOException;
    }
}
