package io.headrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.mqtt.Peer.World;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the two standards demand of a server, packet by packet, on a whole connection. */
class PacketCasesTest {
    static List<PacketCase> cases() {
        return PacketCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersAsTheStandardSays(PacketCase given) {
        Peer peer = peer(given);

        given.segments().forEach(peer::send);

        assertAnswer(given, peer, peer.received());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersTheSameByteByByte(PacketCase given) {
        Peer peer = peer(given);

        given.segments().forEach(peer::sendByteByByte);

        assertAnswer(given, peer, peer.received());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersTheSameInOneSegmentWithConnect(PacketCase given) {
        if (given.connect().isEmpty()) {
            return; // has nothing before it
        }
        World world = new World();
        Peer peer = world.open();
        byte[] first = Bytes.of(given.connect().get());
        byte[] then = given.segments().getFirst();
        byte[] segment = Arrays.copyOf(first, first.length + then.length);
        System.arraycopy(then, 0, segment, first.length, then.length);

        peer.send(segment);
        given.segments().stream().skip(1).forEach(peer::send);

        assertAnswer(given, peer, withoutConnack(peer.received()));
    }

    private static Peer peer(PacketCase given) {
        World world = new World();
        given.prepare(world);
        return given.connect().map(world::connected).orElseGet(world::open);
    }

    private static String withoutConnack(String hex) {
        assertThat(hex).startsWith("20");
        return hex.substring(4 + 2 * Integer.parseInt(hex.substring(2, 4), 16));
    }

    private static void assertAnswer(PacketCase given, Peer peer, String answer) {
        String[] wanted = given.answer().split(" ", 2);
        String what = wanted.length > 1 ? wanted[1] : "";
        boolean isOpen = true;
        switch (wanted[0]) {
            case "silent" -> assertThat(answer).isEmpty();
            case "reply" -> assertThat(answer).isEqualTo(hex(what));
            case "resumed" -> assertThat(answer).matches("20..01" + what + ".*");
            case "connack" -> {
                assertThat(answer).matches("20..00" + what + ".*");
                isOpen = what.equals("00");
            }
            case "disconnect" -> {
                assertThat(answer).matches(hex(what.substring(2)) + "E0.." + what.substring(0, 2) + ".*");
                isOpen = false;
            }
            case "last" -> {
                assertThat(answer).isEqualTo(hex(what));
                isOpen = false;
            }
            case "close" -> {
                assertThat(answer).isEmpty();
                isOpen = false;
            }
            default -> throw new IllegalStateException("no such answer: " + given.answer());
        }
        assertThat(peer.isOpen()).isEqualTo(isOpen);
    }

    private static String hex(String notation) {
        return Bytes.hex(Bytes.of(notation));
    }
}
