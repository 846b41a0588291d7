package io.headrace.gateway.amqp.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.amqp.codec.Outcome;
import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.ingest.Message.Fact;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.codec.CodecFactory;
import org.apache.qpid.protonj2.codec.EncoderState;
import org.apache.qpid.protonj2.types.Binary;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.UnsignedInteger;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.apache.qpid.protonj2.types.messaging.AmqpSequence;
import org.apache.qpid.protonj2.types.messaging.AmqpValue;
import org.apache.qpid.protonj2.types.messaging.ApplicationProperties;
import org.apache.qpid.protonj2.types.messaging.Data;
import org.apache.qpid.protonj2.types.messaging.DeliveryAnnotations;
import org.apache.qpid.protonj2.types.messaging.Footer;
import org.apache.qpid.protonj2.types.messaging.Header;
import org.apache.qpid.protonj2.types.messaging.MessageAnnotations;
import org.apache.qpid.protonj2.types.messaging.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that Qpid's codec wrote. */
class MessageReaderTest {
    private static final long NOW = 1_000_000;
    private final MessageReader reader = new MessageReader(new DeviceId("d1"), 1024);

    private Content read(String channel, Object... sections) {
        ProtonBuffer out = ProtonBufferAllocator.defaultAllocator().allocate();
        EncoderState state = CodecFactory.getEncoder().newEncoderState();
        for (Object section : sections) {
            CodecFactory.getEncoder().writeObject(out, state, section);
        }
        byte[] bytes = new byte[out.getReadableBytes()];
        out.readBytes(bytes, 0, bytes.length);
        return reader.read(Unpooled.wrappedBuffer(bytes), 0, bytes.length, channel, NOW);
    }

    private Message good(Object... sections) {
        return ((Content.Good) read("", sections)).message();
    }

    private static Data data(String text) {
        return new Data(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Message message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    private static Map<String, String> facts(Message message) {
        Map<String, String> facts = new LinkedHashMap<>();
        for (Fact fact : message.facts()) {
            assertThat(facts.put(fact.key(), fact.text())).isNull();
        }
        return facts;
    }

    @Test
    void takesThePayloadAsItIs() {
        Message message = good(data("{\"t\":1}"));

        assertThat(text(message)).isEqualTo("{\"t\":1}");
        assertThat(message.device().value()).isEqualTo("d1");
        assertThat(message.receivedAt()).isEqualTo(NOW);
        assertThat(facts(message)).containsExactly(Map.entry("hr-protocol", "amqp"));
    }

    @Test
    void tellsTheChannel() {
        Message message = ((Content.Good) read("indoor/air", data("x"))).message();

        assertThat(facts(message)).containsEntry("hr-channel", "indoor/air");
    }

    @Test
    void joinsSectionsOfData() {
        assertThat(text(good(data("ab"), data(""), data("cde")))).isEqualTo("abcde");
    }

    @Test
    void takesValuesThatAreBytesOrText() {
        assertThat(text(good(new AmqpValue<>("Grüße")))).isEqualTo("Grüße");
        assertThat(good(new AmqpValue<>(new Binary(new byte[] {1, 0, -1}))).payload())
                .containsExactly(1, 0, -1);
    }

    @Test
    void takesAnEmptyPayload() {
        assertThat(good(data("")).payload()).isEmpty();
    }

    @Test
    void tellsWhatThePropertiesSay() {
        Message message = good(
                new Properties()
                        .setMessageId("m-1")
                        .setTo("telemetry")
                        .setCorrelationId(UUID.fromString("00000000-0000-0001-0000-000000000002"))
                        .setContentType("application/json")
                        .setContentEncoding("gzip")
                        .setAbsoluteExpiryTime(5_000_000L)
                        .setCreationTime(999_000L)
                        .setGroupId("g"),
                data("x"));

        assertThat(facts(message))
                .containsExactly(
                        Map.entry("hr-protocol", "amqp"),
                        Map.entry("hr-message-id", "m-1"),
                        Map.entry("hr-correlation-id", "00000000-0000-0001-0000-000000000002"),
                        Map.entry("hr-content-type", "application/json"),
                        Map.entry("hr-content-encoding", "gzip"),
                        Map.entry("hr-device-time", "999000"),
                        Map.entry("hr-expires-at", "5000000"));
    }

    @Test
    void takesNumbersAndBytesAsIdentifiers() {
        assertThat(facts(good(new Properties().setMessageId(UnsignedLong.valueOf(-1L)), data("x"))))
                .containsEntry("hr-message-id", "18446744073709551615");
        assertThat(facts(good(new Properties().setMessageId(new Binary(new byte[] {0, 1})), data("x"))))
                .containsEntry("hr-message-id", "AAE=");
    }

    @Test
    void expiresWhenItsTimeToLiveIsOver() {
        assertThat(facts(good(new Header().setTimeToLive(60_000), data("x"))))
                .containsEntry("hr-expires-at", "1060000");
    }

    @Test
    void passesApplicationPropertiesOnUnderAPrefix() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("site", "north\nwing");
        properties.put("hr-gateway", "spoofed");
        properties.put("a b/ü", 1);
        properties.put("flag", true);
        properties.put("ratio", 0.5);
        properties.put("nothing", null);
        properties.put("letter", 'ß');

        assertThat(facts(good(new ApplicationProperties(properties), data("x"))))
                .containsExactly(
                        Map.entry("hr-protocol", "amqp"),
                        Map.entry("hr-p-site", "north wing"),
                        Map.entry("hr-p-hr-gateway", "spoofed"),
                        Map.entry("hr-p-a_b__", "1"),
                        Map.entry("hr-p-flag", "true"),
                        Map.entry("hr-p-ratio", "0.5"),
                        Map.entry("hr-p-letter", "ß"));
    }

    @Test
    void passesTheTraceOn() {
        String parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        Map<String, Object> traced = Map.of("traceparent", parent, "tracestate", "a=b");

        assertThat(facts(good(new ApplicationProperties(traced), data("x"))))
                .containsEntry("traceparent", parent)
                .containsEntry("tracestate", "a=b");
        assertThat(facts(good(new ApplicationProperties(Map.of("traceparent", "nonsense")), data("x"))))
                .containsExactly(Map.entry("hr-protocol", "amqp"));
    }

    @Test
    void stepsOverAnnotationsAndFooters() {
        Message message = good(
                new Header().setDurable(true),
                new DeliveryAnnotations(Map.of(Symbol.valueOf("x-a"), List.of(List.of(1), Map.of("k", "v")))),
                new MessageAnnotations(Map.of(Symbol.valueOf("x-b"), UnsignedInteger.valueOf(7))),
                data("x"),
                new Footer(Map.of(Symbol.valueOf("x-c"), "crc")));

        assertThat(text(message)).isEqualTo("x");
    }

    static Stream<Arguments> refused() {
        Map<String, Object> many = new LinkedHashMap<>();
        for (int i = 0; i < 129; i++) {
            many.put("p" + i, i);
        }
        return Stream.of(
                Arguments.of(Outcome.DAMAGED, new Object[] {new Header()}),
                Arguments.of(Outcome.DAMAGED, new Object[] {}),
                Arguments.of(Outcome.DAMAGED, new Object[] {data("x"), new Header()}),
                Arguments.of(Outcome.DAMAGED, new Object[] {new Properties(), new Properties(), data("x")}),
                Arguments.of(Outcome.DAMAGED, new Object[] {data("x"), new AmqpValue<>("y")}),
                Arguments.of(Outcome.DAMAGED, new Object[] {new AmqpValue<>("y"), new AmqpValue<>("y")}),
                Arguments.of(Outcome.DAMAGED, new Object[] {"no section"}),
                Arguments.of(Outcome.DAMAGED, new Object[] {new ApplicationProperties(many), data("x")}),
                Arguments.of(Outcome.UNSUPPORTED, new Object[] {new AmqpValue<>(1)}),
                Arguments.of(Outcome.UNSUPPORTED, new Object[] {new AmqpValue<>(Map.of("t", 1))}),
                Arguments.of(Outcome.UNSUPPORTED, new Object[] {new AmqpSequence<>(List.of(1, 2))}),
                Arguments.of(Outcome.TOO_LARGE, new Object[] {new Data(new byte[1025])}),
                Arguments.of(Outcome.TOO_LARGE, new Object[] {new Data(new byte[1000]), new Data(new byte[25])}),
                Arguments.of(Outcome.TOO_LARGE, new Object[] {new AmqpValue<>("x".repeat(1025))}));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatCannotBeStored(Outcome outcome, Object[] sections) {
        assertThat(read("", sections)).isEqualTo(new Content.Refused(outcome));
    }
}
