package io.headrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.mqtt.Peer.World;
import io.headrace.gateway.mqtt.codec.Decoded;
import io.headrace.gateway.mqtt.codec.Decoder;
import io.headrace.gateway.mqtt.codec.Malformed;
import io.headrace.gateway.mqtt.codec.Packet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever comes in, what comes out is typed: a packet, a verdict, or a wish for more. Seeds make failures repeatable. */
class RandomBytesTest {
    private static final int ROUNDS = 100_000;

    private final List<byte[]> valid = PacketCase.all().stream()
            .flatMap(given -> given.segments().stream())
            .toList();

    @Test
    void decoderNeverThrowsOnRandomBytes() {
        Random random = new Random(1);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            decodeAll(round % 2 == 0 ? Peer.CONNECT_3 : Peer.CONNECT_5, bytes);
        }
    }

    @Test
    void decoderNeverThrowsOnMutatedPackets() {
        Random random = new Random(2);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = mutated(valid.get(random.nextInt(valid.size())), random);
            decodeAll(round % 2 == 0 ? Peer.CONNECT_3 : Peer.CONNECT_5, bytes);
        }
    }

    @Test
    void connectionsEndOrLiveOnButNeverBreak() {
        Random random = new Random(3);
        World world = new World();
        for (int round = 0; round < 5_000; round++) {
            byte[] bytes = mutated(valid.get(random.nextInt(valid.size())), random);
            Peer peer = round % 3 == 0 ? world.open() : round % 3 == 1 ? world.connect3() : world.connect5();
            peer.send(bytes);
            peer.channel.checkException();
            peer.channel.finishAndReleaseAll();
        }
        assertThat(world.count("headrace.mqtt.connections")).isZero();
        assertThat(world.identities.watched()).isZero();
    }

    /** Decodes to the end, as a connection does. */
    private static void decodeAll(String connect, byte[] bytes) {
        Decoder decoder = new Decoder(1 << 20);
        ByteBuf in = Unpooled.copiedBuffer(Bytes.of(connect), bytes);
        try {
            assertThat(decoder.decode(in)).isInstanceOf(Packet.Connect.class);
            Decoded next = decoder.decode(in);
            while (!(next instanceof Malformed) && !(next instanceof Decoded.Incomplete)) {
                next = decoder.decode(in);
            }
        } catch (RuntimeException broken) {
            throw new AssertionError("on " + Bytes.hex(bytes), broken);
        }
    }

    private static byte[] mutated(byte[] packet, Random random) {
        byte[] bytes = packet.length > 512 ? Arrays.copyOf(packet, 512) : packet.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                default -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(8));
            }
        }
        return bytes;
    }
}
