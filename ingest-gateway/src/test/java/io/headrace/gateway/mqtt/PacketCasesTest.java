package io.headrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.mqtt.Peer.World;
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
        World world = new World();
        Peer peer = given.peer(world);

        peer.send(given.bytes());

        assertAnswer(given, peer);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersTheSameByteByByte(PacketCase given) {
        World world = new World();
        Peer peer = given.peer(world);

        peer.sendByteByByte(Bytes.of(given.bytes()));

        assertAnswer(given, peer);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersTheSameInOneSegmentWithConnect(PacketCase given) {
        if (given.start().equals("new")) {
            return; // has nothing before it
        }
        World world = new World();
        Peer peer = world.open();
        String connect = given.start().equals("v3") ? Peer.CONNECT_3 : Peer.CONNECT_5;
        byte[] first = Bytes.of(connect);
        byte[] then = Bytes.of(given.bytes());
        byte[] segment = new byte[first.length + then.length];
        System.arraycopy(first, 0, segment, 0, first.length);
        System.arraycopy(then, 0, segment, first.length, then.length);

        peer.send(segment);

        assertAnswer(given, peer, withoutConnack(peer.received()));
    }

    private static String withoutConnack(String hex) {
        assertThat(hex).startsWith("20");
        return hex.substring(4 + 2 * Integer.parseInt(hex.substring(2, 4), 16));
    }

    private static void assertAnswer(PacketCase given, Peer peer) {
        assertAnswer(given, peer, peer.received());
    }

    private static void assertAnswer(PacketCase given, Peer peer, String answer) {
        String[] wanted = given.answer().split(" ", 2);
        String code = wanted.length > 1 ? wanted[1].replace(" ", "") : "";
        switch (wanted[0]) {
            case "silent" -> {
                assertThat(answer).isEmpty();
                assertThat(peer.isOpen()).isTrue();
            }
            case "reply" -> {
                assertThat(answer).isEqualTo(Bytes.hex(Bytes.of(wanted[1])));
                assertThat(peer.isOpen()).isTrue();
            }
            case "connack" -> {
                assertThat(answer).matches("20..(00|01)" + code + ".*");
                assertThat(peer.isOpen()).isEqualTo(code.equals("00"));
            }
            case "disconnect" -> {
                assertThat(answer).matches("E0.." + code + ".*");
                assertThat(peer.isOpen()).isFalse();
            }
            case "close" -> {
                assertThat(answer).isEmpty();
                assertThat(peer.isOpen()).isFalse();
            }
            default -> throw new IllegalStateException("no such answer: " + given.answer());
        }
    }
}
