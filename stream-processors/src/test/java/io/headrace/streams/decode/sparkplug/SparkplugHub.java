package io.headrace.streams.decode.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Decoder;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Memory;
import io.headrace.streams.decode.Payload;
import io.headrace.streams.decode.Sample;
import io.headrace.streams.decode.Sender;
import io.headrace.testing.InMemorySchemaRegistry;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A decoder and what it remembers of those that were born. */
final class SparkplugHub {
    /** Written by sparkplug-payload 1.0.3, Eclipse Tahu's library for JavaScript: a metric of each datatype. */
    static final String TAHU_BIRTH =
            "0880b883a1f73212120a0562645365711880b883a1f7322008580712210a144e6f646520436f6e74726f6c2f526562697274"
                    + "681880b883a1f732200b700012150a02693810011880b883a1f732200150fbffffff0f12160a0369313610021880b883a1f7"
                    + "322002508cfcffff0f12160a0369333210031880b883a1f73220035090ddfbff0f121b0a0369363410041880b883a1f73220"
                    + "0458ffffffffffffffefff0112120a02753810051880b883a1f732200550fa0112140a0375313610061880b883a1f7322006"
                    + "50e8fb0312160a0375333210071880b883a1f732200758ffffffff0f121b0a0375363410081880b883a1f732200858ffffff"
                    + "ffffffffffff0112130a016610091880b883a1f7322009650000ac4112170a0164100a1880b883a1f732200a699a99999999"
                    + "99b9bf12100a0162100b1880b883a1f732200b700112160a0173100c1880b883a1f732200c7a066cc3a475667412100a0174"
                    + "100d1880b883a1f732200d580012140a0178100e1880b883a1f732200e7a047465787412350a026964100f1880b883a1f732"
                    + "200f7a2431323365343536372d653839622d313264332d613435362d343236363134313734303030123b0a057461626c6510"
                    + "101880b883a1f73220108a012608021201611201621803180c220d0a0608ffffffff0f0a0332017822090a0208020a033201"
                    + "7912170a04626c6f6210111880b883a1f73220118201030102ff12450a0470756d7010121880b883a1f73220139201310a01"
                    + "31120d0a0372706d200350fdffffff0f12080a026f6e200b70011a0b0a05696e64657810031801220450756d70280012340a"
                    + "0362616410131880b883a1f73220034a200a075175616c6974790a07456e67556e69741205080318f4031205080c42014350"
                    + "0512130a046e6f6e6510141880b883a1f732200338011800";

    static final Instant NOW = Instant.parse("2025-07-01T12:00:00Z");
    static final long SENT = 1_750_000_000_000L;
    static final int INT32 = 3;
    final Decoder decoder = new Decoder(Limits.DEFAULT, new InMemorySchemaRegistry());
    final Map<String, byte[]> memory = new HashMap<>();

    static byte[] nodeBirth(long connection, String metric) {
        return Wire.payload(SENT, 0)
                .metric(new Wire().text(1, "bdSeq").number(4, 4).number(11, connection))
                .metric(Wire.born(metric, 1, INT32, 1))
                .bytes();
    }

    Decoded send(String topic, byte[] bytes) {
        Decoded decoded = decode(sender("E", topic, false), bytes);
        keep(decoded);
        return decoded;
    }

    void keep(Decoded decoded) {
        if (decoded instanceof Decoded.Samples samples) {
            for (Decoded.Memo memo : samples.memos()) {
                if (memo.bytes() == null) {
                    memory.remove(memo.name());
                } else {
                    memory.put(memo.name(), memo.bytes());
                }
            }
        }
    }

    Sender sender(String device, String topic, boolean replay) {
        Memory remembered = memory::get;
        return new Sender(device, Optional.of(topic), Optional.empty(), remembered, replay);
    }

    Decoded decode(Sender sender, byte[] bytes) {
        return decoder.decode(new Payload(bytes, Optional.empty(), Optional.empty(), NOW, sender));
    }

    List<Sample> decoded(String topic, byte[] bytes) {
        Decoded decoded = send(topic, bytes);
        assertThat(decoded).isInstanceOf(Decoded.Samples.class);
        return ((Decoded.Samples) decoded).list();
    }

    static Map<String, Object> values(Decoded decoded) {
        return ((Decoded.Samples) decoded).list().getFirst().values();
    }

    void assertRejected(String topic, byte[] bytes, Reason reason) {
        assertThat(send(topic, bytes)).isInstanceOfSatisfying(Decoded.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(reason);
            assertThat(rejected.detail()).matches("[ -~]{1,140}");
        });
    }
}
