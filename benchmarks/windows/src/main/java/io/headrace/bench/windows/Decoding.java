package io.headrace.bench.windows;

import io.headrace.bench.run.BenchException;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Decoder;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Payload;
import io.headrace.streams.decode.Sample;
import io.headrace.testing.InMemorySchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Our decoder and our record, and nothing else of ours. For one thread. */
final class Decoding {
    private final Decoder decoder = new Decoder(Limits.DEFAULT, new InMemorySchemaRegistry());

    /** @param timestamp epoch milliseconds */
    Reading reading(int partition, long offset, long timestamp, byte[] key, byte[] value) {
        Instant receivedAt = Instant.ofEpochMilli(timestamp);
        Payload payload = new Payload(value, Optional.empty(), Optional.empty(), receivedAt);
        return switch (decoder.decode(payload)) {
            case Decoded.Rejected rejected ->
                throw new BenchException("offset " + offset + " is refused: " + rejected.reason());
            case Decoded.Samples samples -> {
                Sample sample = samples.list().getFirst();
                yield new Reading(
                        new String(key, StandardCharsets.UTF_8),
                        sample.time().orElse(receivedAt),
                        receivedAt,
                        Clock.DEVICE,
                        null,
                        new Origin(partition, offset, 0),
                        null,
                        null,
                        null,
                        sample.values(),
                        Map.of());
            }
        };
    }

    /** By which what was lost or done twice is found. */
    static Header origin(Reading reading) {
        return new RecordHeader(
                Headers.ORIGIN, OriginHeader.ofMessage(reading.getOrigin()).getBytes(StandardCharsets.UTF_8));
    }
}
