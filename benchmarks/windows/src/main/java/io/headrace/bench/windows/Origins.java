package io.headrace.bench.windows;

import io.headrace.bench.system.Broker;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Origin;
import java.util.BitSet;

/** Which raw messages came through to a topic, by the origins that its records bear. */
final class Origins {
    private final BitSet[] seen = new BitSet[Broker.PARTITIONS];
    private long records;

    private Origins() {
        for (int i = 0; i < seen.length; i++) {
            seen[i] = new BitSet();
        }
    }

    static Origins of(Broker broker, String topic) {
        Origins origins = new Origins();
        broker.read(topic, record -> {
            Origin origin = Headers.find(record.headers(), Headers.ORIGIN)
                    .flatMap(OriginHeader::parse)
                    .orElseThrow();
            origins.seen[origin.getPartition()].set(Math.toIntExact(origin.getOffset()));
            origins.records++;
        });
        return origins;
    }

    /** Messages that came through. */
    long messages() {
        long messages = 0;
        for (BitSet each : seen) {
            messages += each.cardinality();
        }
        return messages;
    }

    /** Records beyond one for each message. */
    long surplus() {
        return records - messages();
    }
}
