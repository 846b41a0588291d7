package io.headrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.ingest.NotStoredException.Cause;
import io.headrace.gateway.mqtt.Peer.World;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered, when, and in which order. */
class AcknowledgementTest {
    private static final String KEPT_3 = "10 * \"MQTT\" 04 C0 003C \"d1\" \"d1\" \"k1\"";
    private static final String KEPT_5 = "10 * \"MQTT\" 05 C0 003C {11 00000E10} \"d1\" \"d1\" \"k1\"";

    private final World world = new World();

    @Test
    void acknowledgesNothingBeforeItIsStored() {
        world.ingest.holdAnswers();
        Peer peer = world.connect3();

        peer.send("32 * \"telemetry\" 0001 'x' 34 * \"telemetry\" 0002 'y'");

        assertThat(peer.received()).isEmpty();
        world.ingest.answerAll();
        assertThat(peer.received()).isEqualTo("4002000150020002");
    }

    @Test
    void acknowledgesInTheOrderOfTheMessages() {
        // Given: the refusal of the second message is known at once
        world.ingest.holdAnswers();
        Peer peer = world.connect5();

        peer.send("32 * \"telemetry\" 0005 {} 'x' 32 * \"$SYS/a\" 0004 {} 'y' 32 * \"telemetry\" 0003 {} 'z'");

        assertThat(peer.received()).isEmpty();
        world.ingest.answerNext();
        assertThat(peer.received()).isEqualTo(Bytes.hex(Bytes.of("40020005 40 * 0004 90 {1F \"a reserved topic\"}")));
        world.ingest.answerNext();
        assertThat(peer.received()).isEqualTo("40020003");
    }

    @Test
    void acknowledgesAReadBatchWithOneWriteAndOneFlush() {
        Peer peer = world.connect3();
        int[] counts = new int[2];
        peer.channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object packet, ChannelPromise promise) {
                counts[0]++;
                context.write(packet, promise);
            }

            @Override
            public void flush(ChannelHandlerContext context) {
                counts[1]++;
                context.flush();
            }
        });

        peer.send("32 * \"telemetry\" 0001 'x' 32 * \"telemetry\" 0002 'x' 32 * \"telemetry\" 0003 'x'");

        assertThat(peer.received()).isEqualTo("400200014002000240020003");
        assertThat(counts[0]).isOne();
        assertThat(counts[1]).isOne();
    }

    @Test
    void endsTheConnectionAtTheFirstMessageThatIsNotStored() {
        world.ingest.holdAnswers();
        Peer peer = world.connect5();
        peer.send("32 * \"telemetry\" 0001 {} 'x' 32 * \"telemetry\" 0002 {} 'y' 32 * \"telemetry\" 0003 {} 'z'");

        world.ingest.answerNext();
        world.ingest.failNext(Cause.UNAVAILABLE);
        world.ingest.answerNext();

        assertThat(peer.received()).matches("40020001E0..89.*");
        assertThat(peer.isOpen()).isFalse();
    }

    @Test
    void storesNothingThatCameAfterAMessageThatIsNotStored() {
        // Given: the second message is refused at once, while the first is still on its way
        World large = new World(Map.of("gateway.max-payload", "300KiB"));
        large.ingest.holdAnswers();
        Peer peer = large.connect5();
        peer.send("32 * \"telemetry\" 0001 {} 'x' 32 * \"telemetry\" 0002 {} 41x270000");
        peer.send("32 * \"telemetry\" 0003 {} 'z'");

        assertThat(large.ingest.unanswered()).isOne();
        large.ingest.answerAll();

        assertThat(peer.received()).matches("40020001E0..95.*");
        assertThat(large.ingest.messages()).hasSize(1);
    }

    @Test
    void saysTooLargeWhereIngestSaysSo() {
        world.ingest.holdAnswers();
        Peer peer = world.connect5();
        peer.send("32 * \"telemetry\" 0001 {} 'x'");

        world.ingest.failNext(Cause.TOO_LARGE);

        assertThat(peer.received()).matches("E0..95.*");
    }

    @Test
    void countsMessagesOfQos0ThatAreLost() {
        world.ingest.holdAnswers();
        Peer peer = world.connect3();
        peer.send("30 * \"telemetry\" 'x'");

        world.ingest.failNext(Cause.UNAVAILABLE);

        assertThat(world.count("headrace.mqtt.lost")).isOne();
        assertThat(peer.isOpen()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"32", "34"})
    void storesAQos2MessageAgainBehindOneThatWasNotStored(String first) {
        // Given: the second message is stored although the first isn't, as when it is handed over while the first fails
        world.ingest.holdAnswers();
        Peer peer = world.connected(KEPT_3);
        peer.send(first + " * \"telemetry\" 0001 'x' 34 * \"telemetry\" 0002 'y'");
        world.ingest.failNext(Cause.UNAVAILABLE);
        world.ingest.answerNext();
        assertThat(peer.received()).isEmpty();
        assertThat(peer.isOpen()).isFalse();

        Peer next = world.connected(KEPT_3);
        next.send(first.equals("32") ? "3A * \"telemetry\" 0001 'x'" : "3C * \"telemetry\" 0001 'x'");
        next.send("3C * \"telemetry\" 0002 'y'");
        world.ingest.answerAll();

        assertThat(next.received()).isEqualTo(first.equals("32") ? "4002000150020002" : "5002000150020002");
        assertThat(world.ingest.payloads()).containsExactly("y", "x", "y");
    }

    @Test
    void storesAQos2MessageAgainBehindOneThatFailedBetweenConnections() {
        world.ingest.holdAnswers();
        Peer peer = world.connected(KEPT_3);
        peer.send("34 * \"telemetry\" 0001 'x' 34 * \"telemetry\" 0002 'y'");
        peer.vanish();
        world.ingest.failNext(Cause.UNAVAILABLE);
        world.ingest.answerNext();

        Peer next = world.connected(KEPT_3);
        next.send("3C * \"telemetry\" 0001 'x' 3C * \"telemetry\" 0002 'y'");
        world.ingest.answerAll();

        assertThat(next.received()).isEqualTo("5002000150020002");
        assertThat(world.ingest.payloads()).containsExactly("y", "x", "y");
    }

    @Test
    void storesAQos2MessageOnceAcrossConnections() {
        // Given: the connection is lost between PUBLISH and PUBREC, with the answer of Kafka under way
        world.ingest.holdAnswers();
        Peer first = world.connected(KEPT_3);
        first.send("34 * \"telemetry\" 0007 'x'");
        first.vanish();
        Peer second = world.connected(KEPT_3);
        assertThat(second.connack).isEqualTo("20020100");

        second.send("3C * \"telemetry\" 0007 'x'");
        assertThat(second.received()).isEmpty();
        world.ingest.answerAll();

        assertThat(second.received()).isEqualTo("50020007");
        second.send("62 02 0007");
        assertThat(second.received()).isEqualTo("70020007");
        assertThat(world.ingest.messages()).hasSize(1);
    }

    @Test
    void storesAQos2MessageAgainWhenTheFirstTimeFailed() {
        world.ingest.holdAnswers();
        Peer first = world.connected(KEPT_3);
        first.send("34 * \"telemetry\" 0007 'x'");
        first.vanish();
        world.ingest.failNext(Cause.UNAVAILABLE);
        Peer second = world.connected(KEPT_3);

        second.send("3C * \"telemetry\" 0007 'x'");
        world.ingest.answerAll();

        assertThat(second.received()).isEqualTo("50020007");
        assertThat(world.ingest.messages()).hasSize(1);
    }

    @Test
    void refusesPubrelBeforePubrec() {
        world.ingest.holdAnswers();
        Peer peer = world.connect5();
        peer.send("34 * \"telemetry\" 0001 {} 'x'");

        peer.send("62 02 0001");

        assertThat(peer.received()).matches("E0..82.*");
    }

    @Test
    void takesAPacketIdentifierAgainAfterItsPubcomp() {
        Peer peer = world.connect3();

        peer.send("34 * \"telemetry\" 0001 'x'").send("62 02 0001").send("34 * \"telemetry\" 0001 'y'");

        assertThat(peer.received()).isEqualTo("50020001" + "70020001" + "50020001");
        assertThat(world.ingest.messages()).hasSize(2);
    }

    @Test
    void forgetsASessionThatWasNotToBeKept() {
        world.connected(KEPT_5).send("34 * \"telemetry\" 0007 {} 'x'").vanish();
        Peer clean = world.connect5();
        assertThat(clean.connack).matches("20..0000.*");

        clean.send("62 02 0007");

        assertThat(clean.received()).isEqualTo("7003000792");
    }
}
