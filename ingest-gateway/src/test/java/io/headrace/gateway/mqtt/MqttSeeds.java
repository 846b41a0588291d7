package io.headrace.gateway.mqtt;

import java.util.List;
import java.util.stream.Stream;

/** What fuzzers begin with: the packet cases, as far as they are short. */
public final class MqttSeeds {
    private static final int LONGEST = 512;

    private MqttSeeds() {}

    /** What each case sends at once. */
    public static Stream<byte[]> packets() {
        return PacketCase.all().stream()
                .flatMap(given -> given.segments().stream())
                .filter(bytes -> bytes.length <= LONGEST);
    }

    /** Scripts for {@link ConnectionFuzzTest}: a connection of either version, then a case. */
    static Stream<byte[]> scripts() {
        return PacketCase.all().stream()
                .map(PacketCase::segments)
                .map(List::getFirst)
                .filter(bytes -> bytes.length < 240)
                .flatMap(bytes -> Stream.of(
                        script(ConnectionFuzzTest.CONNECT_3, bytes), script(ConnectionFuzzTest.CONNECT_5, bytes)));
    }

    private static byte[] script(int connect, byte[] bytes) {
        byte[] script = new byte[bytes.length + 6];
        script[0] = (byte) connect;
        script[1] = (byte) ConnectionFuzzTest.SEND;
        script[2] = (byte) bytes.length;
        System.arraycopy(bytes, 0, script, 3, bytes.length);
        script[bytes.length + 3] = (byte) ConnectionFuzzTest.ANSWER;
        script[bytes.length + 4] = (byte) ConnectionFuzzTest.VANISH;
        script[bytes.length + 5] = (byte) ConnectionFuzzTest.WAIT;
        return script;
    }
}
