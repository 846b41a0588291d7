package io.headrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.mqtt.Peer.World;
import org.junit.jupiter.api.Test;

/** What others are told of a device's connections. */
class EventsTest {
    private final World world = new World();

    @Test
    void tellsOfAConnectionAndOfItsEndWithTheReason() {
        world.connect5().send("E0 00");
        world.connect3().vanish();

        assertThat(world.events.lines())
                .containsExactly(
                        "connected d1 mqtt/5",
                        "disconnected d1 mqtt/5 the device disconnected",
                        "connected d1 mqtt/3.1.1",
                        "disconnected d1 mqtt/3.1.1 the connection was lost");
    }

    @Test
    void tellsNothingOfAPeerThatIsNotLetIn() {
        world.open().send("10 * \"MQTT\" 05 C2 003C {} \"d1\" \"d1\" \"no\"");
        world.open().vanish();

        assertThat(world.events.lines()).isEmpty();
    }

    @Test
    void tellsOfATakeoverInItsOrder() {
        world.connect5();

        world.connect3();

        assertThat(world.events.lines())
                .containsExactly(
                        "connected d1 mqtt/5",
                        "disconnected d1 mqtt/5 another connection of the device took over",
                        "connected d1 mqtt/3.1.1");
    }

    @Test
    void saysNothingThatThePeerSent() {
        world.connect5().send("E0 * 00 {1F \"<script>\"}");
        world.connect5().send("30 * \"evil/#\" {} 'x'");

        assertThat(world.events.lines()).noneMatch(line -> line.contains("script") || line.contains("evil"));
    }
}
