package io.headrace.streams.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.headrace.streams.decode.sparkplug.Wire;
import io.headrace.testing.InMemorySchemaRegistry;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a device sends in whatever format, decoding comes back with samples that can be stored or with a reason. With
 * {@code JAZZER_FUZZ=1} it searches; otherwise it tries the seeds.
 */
@Tag("fuzz")
class FormatsFuzzTest {
    private static final Instant NOW = Instant.parse("2025-07-01T12:00:00Z");
    private static final List<String> TYPES = List.of(
            "application/json",
            "application/cbor",
            "application/senml+json",
            "application/senml+cbor",
            "application/avro",
            "application/x-influx-line-protocol",
            "application/x-influx-line-protocol; precision=s");
    private static final List<String> TOPICS = List.of(
            "spBv1.0/G/NBIRTH/d",
            "spBv1.0/G/NDATA/d",
            "spBv1.0/G/DBIRTH/d/c",
            "spBv1.0/G/DDATA/d/c",
            "spBv1.0/G/NDEATH/d");
    private static final InMemorySchemaRegistry REGISTRY = new InMemorySchemaRegistry();

    static {
        REGISTRY.register("s", new Schema.Parser().parse("""
                                {"type": "record", "name": "R", "fields": [
                                  {"name": "ts", "type": ["null", "long", "string", "double"]},
                                  {"name": "v", "type": {"type": "map", "values": ["null", "double", "string", "R",
                                    {"type": "array", "items": ["int", "boolean"]}]}}]}
                                """));
    }

    private final Decoder decoder = new Decoder(Limits.DEFAULT, REGISTRY);

    static Stream<byte[]> seeds() {
        Wire birth = Wire.payload(1, 0).metric(Wire.born("m", 1, 3, 5));
        return Stream.of(
                with(0, "{\"ts\":1,\"values\":{\"a\":[1,2.5,true,null,\"x\"]}}".getBytes(UTF_8)),
                with(2, "[{\"bn\":\"d\",\"bt\":1276020076,\"n\":\"t\",\"v\":1}]".getBytes(UTF_8)),
                with(4, new byte[] {0, 0, 0, 0, 1, 2, 2, 2, 2, 'k', 2, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
                with(5, "m,t=a\\ b f=1.5,i=2i,s=\"x\\\"y\" 1\n#c\nm v=t".getBytes(UTF_8)),
                with(TYPES.size(), birth.bytes()),
                with(
                        TYPES.size() + 1,
                        Wire.payload(1, 1).metric(Wire.aliased(1, 5)).bytes()));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "3m")
    void comes_back_whatever_it_gets(byte[] input) {
        int choice = input.length == 0 ? 0 : (input[0] & 0xFF) % (TYPES.size() + TOPICS.size());
        byte[] bytes = input.length == 0 ? input : Arrays.copyOfRange(input, 1, input.length);
        Map<String, byte[]> memory = new HashMap<>();
        keep(
                memory,
                decode(
                        memory,
                        TYPES.size(),
                        Wire.payload(1, 0).metric(Wire.born("m", 1, 3, 5)).bytes()));

        // twice, so that what the first made remembered is read by the second
        keep(memory, decode(memory, choice, bytes));
        assertSound(decode(memory, choice, bytes));
    }

    private Decoded decode(Map<String, byte[]> memory, int choice, byte[] bytes) {
        Optional<String> type = choice < TYPES.size() ? Optional.of(TYPES.get(choice)) : Optional.empty();
        Optional<String> topic =
                choice < TYPES.size() ? Optional.empty() : Optional.of(TOPICS.get(choice - TYPES.size()));
        Memory remembered = memory::get;
        return decoder.decode(new Payload(
                bytes, type, Optional.empty(), NOW, new Sender("d", topic, Optional.empty(), remembered, false)));
    }

    private static void keep(Map<String, byte[]> memory, Decoded decoded) {
        assertSound(decoded);
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

    private static void assertSound(Decoded decoded) {
        switch (decoded) {
            case Decoded.Rejected rejected -> assertThat(rejected.detail()).matches("[ -~]{1,160}");
            case Decoded.Samples samples ->
                assertThat(samples.list()).isNotEmpty().allSatisfy(sample -> {
                    assertThat(sample.values()).isNotEmpty();
                    sample.values().forEach((name, value) -> {
                        assertThat(name).isNotEmpty().isEqualTo(new String(name.getBytes(UTF_8), UTF_8));
                        if (value instanceof Double number) {
                            assertThat(number).isFinite();
                        }
                    });
                });
        }
    }

    private static byte[] with(int choice, byte[] payload) {
        byte[] input = new byte[payload.length + 1];
        input[0] = (byte) choice;
        System.arraycopy(payload, 0, input, 1, payload.length);
        return input;
    }
}
