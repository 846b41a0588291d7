package io.headrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.mqtt.Peer.World;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a message says about itself, and what its device cannot say. */
class PublishedFactsTest {
    private final World world = new World();

    @Test
    void factsOfAMessageAreWhatTheDeviceSaidAndNoMore() {
        Peer peer = world.connect5();

        peer.send("""
                3A * "telemetry/room 1" 0009 {03 "application/json" 09 "c-1" 02 0000000A \
                26 "message-id" "m-1" 26 "device-time" "1700000000000" 26 "content-encoding" "gzip" \
                26 "hr-gateway" "spoofed" 26 "a b/ü" "v"} 'x'""");

        Message message = world.ingest.messages().getFirst();
        assertThat(message.receivedAt()).isEqualTo(World.NOW.toEpochMilli());
        assertThat(message.facts())
                .extracting(fact -> fact.key() + "=" + fact.text())
                .containsExactly(
                        "hr-protocol=mqtt/5",
                        "hr-channel=room 1",
                        "hr-packet-id=9",
                        "hr-resend=1",
                        "hr-content-type=application/json",
                        "hr-correlation-id=c-1",
                        "hr-expires-at=" + (World.NOW.toEpochMilli() + 10_000),
                        "hr-message-id=m-1",
                        "hr-device-time=1700000000000",
                        "hr-content-encoding=gzip",
                        "hr-p-hr-gateway=spoofed",
                        "hr-p-a_b__=v");
    }

    @Test
    void factsThatMakeNoSenseStayProperties() {
        Peer peer = world.connect5();

        peer.send("30 * \"other/topic\" {09 [FF00] 26 \"device-time\" \"noon\" 26 \"traceparent\" \"x\" "
                + "26 \"note\" [61 0D 0A 62]} 'x'");

        assertThat(world.ingest.messages().getFirst().facts())
                .extracting(fact -> fact.key() + "=" + fact.text())
                .isEqualTo(List.of(
                        "hr-protocol=mqtt/5",
                        "hr-topic=other/topic",
                        "hr-correlation-id=/wA=",
                        "hr-p-device-time=noon",
                        "hr-p-note=a  b"));
    }

    @Test
    void factsOfATraceArePassedOn() {
        String parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        Peer peer = world.connect5();

        peer.send("30 * \"telemetry\" {26 \"tracestate\" \"a=1\" 26 \"traceparent\" \"" + parent
                + "\" 26 \"tracestate\" \"b=2\"} 'x'");
        peer.send(
                "30 * \"telemetry\" {26 \"traceparent\" \"" + parent + "\" 26 \"traceparent\" \"" + parent + "\"} 'x'");

        assertThat(world.ingest.messages().get(0).facts())
                .extracting(fact -> fact.key() + "=" + fact.text())
                .containsExactly("hr-protocol=mqtt/5", "traceparent=" + parent, "tracestate=a=1,b=2");
        assertThat(world.ingest.messages().get(1).facts())
                .extracting(Message.Fact::key)
                .containsExactly("hr-protocol");
    }
}
