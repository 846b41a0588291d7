package io.headrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.headrace.gateway.ingest.NotStoredException.Cause;
import io.headrace.gateway.listen.Drain;
import io.headrace.gateway.mqtt.Peer.World;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Connections of one device under a script of whatever happens in whatever order: packets good and bad, Kafka's answers
 * and failures, full budgets, quotas, time, drain. No step breaks a connection, nothing is acknowledged that isn't
 * stored, and nothing is left when all is over. With {@code JAZZER_FUZZ=1} it searches; otherwise it tries the seeds.
 */
@Tag("fuzz")
class ConnectionFuzzTest {
    /** Steps: one byte each, some with more. */
    static final int CONNECT_3 = 0;

    static final int CONNECT_5 = 1;
    static final int CONNECT_WITH_WILL = 2;
    static final int PUBLISH = 3;
    static final int RELEASE = 4;
    static final int ANSWER = 5;
    static final int FAIL = 6;
    static final int FILL = 7;
    static final int MAKE_ROOM = 8;
    static final int QUOTA = 9;
    static final int WAIT = 10;
    static final int VANISH = 11;
    static final int DRAIN = 12;
    static final int DISABLE = 13;
    static final int SEND = 14;
    private static final int STEPS = 15;
    private static final int MOST_STEPS = 200;

    private static final byte[] WILL =
            Bytes.of("10 * \"MQTT\" 05 C4 003C {11 00000E10} \"d1\" {18 0000000A} \"telemetry\" \"bye\" \"d1\" \"k1\"");
    private static final byte[] KEPT_5 = Bytes.of("10 * \"MQTT\" 05 C0 003C {11 00000E10} \"d1\" \"d1\" \"k1\"");
    private static final byte[] KEPT_3 = Bytes.of("10 * \"MQTT\" 04 C0 003C \"d1\" \"d1\" \"k1\"");

    static Stream<byte[]> seeds() {
        return MqttSeeds.scripts();
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "3m")
    void livesThroughWhatever(byte[] script) {
        new Run().play(script);
    }

    private static final class Run {
        private final World world = new World(Map.of("gateway.mqtt.receive-maximum", "4"));
        private @Nullable Peer peer;
        private boolean isV5;
        private int at;
        private int acknowledged;

        void play(byte[] script) {
            world.ingest.holdAnswers();
            for (int steps = 0; at < script.length && steps < MOST_STEPS; steps++) {
                step(script);
                if (peer != null) {
                    peer.channel.checkException();
                    listen(peer);
                }
                assertThat(acknowledged)
                        .isLessThanOrEqualTo(world.ingest.messages().size());
            }
            end();
        }

        private void step(byte[] script) {
            switch (Byte.toUnsignedInt(script[at++]) % STEPS) {
                case CONNECT_3 -> connect(KEPT_3, false);
                case CONNECT_5 -> connect(KEPT_5, true);
                case CONNECT_WITH_WILL -> connect(WILL, true);
                case PUBLISH -> publish(next(script), next(script));
                case RELEASE -> send(new byte[] {0x62, 2, 0, (byte) (1 + next(script) % 4)});
                case ANSWER -> {
                    if (world.ingest.unanswered() > 0) {
                        world.ingest.answerNext();
                    }
                }
                case FAIL -> {
                    if (world.ingest.unanswered() > 0) {
                        world.ingest.failNext(Cause.UNAVAILABLE);
                    }
                }
                case FILL -> world.ingest.fill();
                case MAKE_ROOM -> world.ingest.makeRoom();
                case QUOTA -> world.quotas.exhaust(next(script) * 100_000_000L);
                case WAIT -> pass(Duration.ofSeconds(next(script)));
                case VANISH -> vanish();
                case DRAIN -> {
                    if (peer != null) {
                        peer.channel.pipeline().fireUserEventTriggered(Drain.BEGIN);
                    }
                }
                case DISABLE -> world.identities.disable("d1");
                default -> {
                    int length = Math.min(next(script), script.length - at);
                    send(Arrays.copyOfRange(script, at, at + length));
                    at += length;
                }
            }
        }

        private int next(byte[] script) {
            return at < script.length ? Byte.toUnsignedInt(script[at++]) : 0;
        }

        private void connect(byte[] connect, boolean v5) {
            vanish();
            peer = world.open();
            isV5 = v5;
            peer.send(connect);
        }

        private void publish(int options, int packetId) {
            int qos = options % 3;
            String id = qos == 0 ? "" : HexFormat.of().toHexDigits((short) (1 + packetId % 4));
            String first = HexFormat.of().toHexDigits((byte) (0x30 | qos << 1 | (qos > 0 && options > 127 ? 8 : 0)));
            send(Bytes.of(first + " * \"telemetry\" " + id + (isV5 ? " {}" : "") + " 'x'"));
        }

        private void send(byte[] bytes) {
            if (peer != null) {
                peer.send(bytes);
            }
        }

        private void pass(Duration time) {
            world.after(time);
            if (peer != null) {
                peer.after(time);
            }
        }

        private void vanish() {
            if (peer != null) {
                peer.vanish();
                listen(peer);
                peer.channel.checkException();
                peer = null;
            }
        }

        /** Counts PUBACKs: a message may be answered twice at QoS 2, and once at QoS 1. */
        private void listen(Peer listening) {
            String answer = listening.received();
            int i = 0;
            while (i < answer.length()) {
                int length = Integer.parseInt(answer.substring(i + 2, i + 4), 16);
                assertThat(length).as("no answer is longer than a byte can say").isLessThan(128);
                boolean isSuccess = length == 2;
                if (answer.startsWith("40", i) && isSuccess) {
                    acknowledged++;
                }
                i += 4 + 2 * length;
            }
        }

        private void end() {
            vanish();
            while (world.ingest.unanswered() > 0) {
                world.ingest.answerNext();
            }
            world.edge.close();
            world.after(Duration.ofSeconds(3));
            while (world.ingest.unanswered() > 0) {
                world.ingest.answerNext();
            }
            assertThat(world.count("headrace.mqtt.connections")).isZero();
            assertThat(world.count("headrace.mqtt.wills.bytes")).isZero();
            assertThat(world.count("headrace.mqtt.paused")).isZero();
            assertThat(world.identities.watched()).isZero();
        }
    }
}
