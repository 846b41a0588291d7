package io.headrace.streams.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.headrace.testing.InMemorySchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Whatever a device sends, decoding comes back, and with something that can be stored. */
class DecoderFuzzTest {
    private static final int ROUNDS = 60_000;
    private static final List<String> TYPES = List.of(
            "",
            "application/json",
            "application/cbor",
            "application/senml+json",
            "application/senml+cbor",
            "application/x-influx-line-protocol");
    private static final List<String> ENCODINGS = List.of("", "", "", "gzip", "deflate", "zstd");
    private static final List<String> SEEDS = List.of(
            "{\"ts\":1750000000000,\"values\":{\"a\":1,\"b\":{\"c\":[1,2.5,true,null,\"x\"]}},\"seq\":4}",
            "[{\"a\":1e308},{\"a\":-0.0},{\"ts\":\"2025-01-01T00:00:00Z\",\"a\":18446744073709551616}]",
            "[{\"bn\":\"d:\",\"bt\":1276020076,\"bv\":1,\"n\":\"t\",\"u\":\"Cel\",\"v\":1},{\"n\":\"s\",\"s\":2,\"t\":-5}]",
            "{\"\\ud83d\\ude00\":1,\"t\\u0000\":\"x\"}");

    private final Random random = new Random(20_260_101);
    private final Decoder decoder = new Decoder(Limits.DEFAULT, new InMemorySchemaRegistry());

    @Test
    void no_bytes_make_decoding_throw_or_give_what_cannot_be_stored() throws IOException {
        // Given
        List<byte[]> seeds = seeds();
        int decodable = 0;

        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = mutated(seeds.get(random.nextInt(seeds.size())));
            String type = TYPES.get(random.nextInt(TYPES.size()));
            String encoding = ENCODINGS.get(random.nextInt(ENCODINGS.size()));

            // When
            Decoded decoded = decoder.decode(new Payload(
                    bytes, Optional.of(type), Optional.of(encoding), Instant.parse("2025-07-01T12:00:00Z")));

            // Then
            switch (decoded) {
                case Decoded.Rejected rejected -> assertThat(rejected.detail()).matches("[ -~]{1,120}");
                case Decoded.Samples samples -> {
                    decodable++;
                    samples.list().forEach(sample -> assertStorable(sample, type));
                }
            }
        }
        assertThat(decodable).isGreaterThan(ROUNDS / 100);
    }

    private static void assertStorable(Sample sample, String type) {
        assertThat(sample.values()).isNotEmpty();
        if (!type.contains("line-protocol")) {
            assertThat(sample.values().values()).anyMatch(value -> !(value instanceof String));
        }
        sample.values().forEach((name, value) -> {
            assertThat(name).isNotEmpty().isEqualTo(new String(name.getBytes(UTF_8), UTF_8));
            switch (value) {
                case Double number -> assertThat(number).isFinite();
                case String text -> assertThat(text).isEqualTo(new String(text.getBytes(UTF_8), UTF_8));
                default -> assertThat(value).isInstanceOfAny(Long.class, Boolean.class);
            }
        });
    }

    private byte[] mutated(byte[] seed) {
        byte[] bytes = seed.clone();
        int changes = random.nextInt(4);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            switch (random.nextInt(4)) {
                case 0 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
                case 2 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                default -> bytes = doubled(bytes);
            }
        }
        if (random.nextInt(20) == 0) {
            bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
        }
        return bytes;
    }

    /** With one stretch of it put in once more. */
    private byte[] doubled(byte[] bytes) {
        int from = random.nextInt(bytes.length);
        int to = from + random.nextInt(bytes.length - from);
        byte[] result = new byte[bytes.length + to - from];
        System.arraycopy(bytes, 0, result, 0, to);
        System.arraycopy(bytes, from, result, to, bytes.length - from);
        return result;
    }

    private static List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new java.util.ArrayList<>();
        seeds.add("m,t=a\\ b f=1.5,i=2i,s=\"x\\\"y\",b=t 1750000000\n# c\nm v=1e308\r\n".getBytes(UTF_8));
        ObjectMapper json = new ObjectMapper();
        ObjectMapper cbor = new ObjectMapper(new CBORFactory());
        for (String text : SEEDS) {
            byte[] plain = text.getBytes(UTF_8);
            JsonNode tree = json.readTree(plain);
            ByteArrayOutputStream gzip = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
                out.write(plain);
            }
            seeds.addAll(List.of(plain, cbor.writeValueAsBytes(tree), gzip.toByteArray()));
        }
        return seeds;
    }
}
