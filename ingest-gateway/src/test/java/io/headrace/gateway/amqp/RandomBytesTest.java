package io.headrace.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.amqp.Peer.World;
import io.headrace.gateway.amqp.codec.Decoded;
import io.headrace.gateway.amqp.codec.FrameDecoder;
import io.headrace.gateway.amqp.codec.Malformed;
import io.headrace.gateway.amqp.message.MessageReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.ApplicationProperties;
import org.apache.qpid.protonj2.types.messaging.Data;
import org.apache.qpid.protonj2.types.messaging.Header;
import org.apache.qpid.protonj2.types.messaging.MessageAnnotations;
import org.apache.qpid.protonj2.types.messaging.Properties;
import org.apache.qpid.protonj2.types.transport.Close;
import org.apache.qpid.protonj2.types.transport.Detach;
import org.apache.qpid.protonj2.types.transport.Disposition;
import org.apache.qpid.protonj2.types.transport.End;
import org.apache.qpid.protonj2.types.transport.Flow;
import org.apache.qpid.protonj2.types.transport.Open;
import org.apache.qpid.protonj2.types.transport.Role;
import org.junit.jupiter.api.Test;

/** Whatever comes in, what comes out is typed: a frame, a verdict, or a wish for more. Seeds make failures repeatable. */
class RandomBytesTest {
    private static final int ROUNDS = 100_000;
    private static final byte[] MESSAGE = Frames.sections(
            new Header().setTimeToLive(1000),
            new MessageAnnotations(Map.of(Symbol.valueOf("a"), List.of(1, Map.of("k", "v")))),
            new Properties().setMessageId("m").setContentType("text/plain").setCreationTime(5),
            new ApplicationProperties(Map.of("p", "v", "n", 7)),
            new Data(new byte[] {1, 2, 3}));

    private final List<byte[]> valid = List.of(
            Frames.amqp(0, new Open().setContainerId("c").setIdleTimeout(4000), new byte[0]),
            Frames.amqp(0, Peer.begin(), new byte[0]),
            Frames.amqp(0, Peer.sender(0, "telemetry/x"), new byte[0]),
            Frames.amqp(0, Peer.transfer(0), MESSAGE),
            Frames.amqp(0, Peer.transfer(0).setMore(true), MESSAGE),
            Frames.amqp(
                    0,
                    new Flow()
                            .setNextIncomingId(0)
                            .setIncomingWindow(1)
                            .setNextOutgoingId(1)
                            .setOutgoingWindow(1)
                            .setHandle(0)
                            .setEcho(true),
                    new byte[0]),
            Frames.amqp(
                    0,
                    new Disposition()
                            .setRole(Role.SENDER)
                            .setFirst(0)
                            .setLast(9)
                            .setSettled(true),
                    new byte[0]),
            Frames.amqp(0, new Detach().setHandle(0).setClosed(true), new byte[0]),
            Frames.amqp(0, new End(), new byte[0]),
            Frames.amqp(0, new Close(), new byte[0]));

    @Test
    void decoderNeverThrowsOnMutatedFrames() {
        Random random = new Random(1);
        for (int round = 0; round < ROUNDS; round++) {
            decodeAll(mutated(valid.get(random.nextInt(valid.size())), random));
        }
    }

    @Test
    void decoderNeverThrowsOnRandomBodies() {
        Random random = new Random(2);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] body = new byte[random.nextInt(64)];
            random.nextBytes(body);
            decodeAll(Bytes.joined(
                    new byte[] {0, 0, 0, (byte) (11 + body.length), 2, 0, 0, 0, 0, 0x53, (byte) (0x10 + round % 9)},
                    body));
        }
    }

    @Test
    void readerNeverThrowsOnMutatedMessages() {
        Random random = new Random(3);
        MessageReader reader = new MessageReader(new DeviceId("d1"), 1024);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = mutated(MESSAGE, random);
            try {
                reader.read(Unpooled.wrappedBuffer(bytes), 0, bytes.length, "", 0);
            } catch (RuntimeException broken) {
                throw new AssertionError("on " + HexFormat.of().formatHex(bytes), broken);
            }
        }
    }

    @Test
    void connectionsEndOrLiveOnButNeverBreak() {
        Random random = new Random(4);
        World world = new World();
        for (int round = 0; round < 4_000; round++) {
            Peer peer = round % 4 == 0 ? world.connect() : round % 4 == 1 ? world.begun() : world.attached();
            for (int i = 0; i < 4; i++) {
                byte[] frame = valid.get(random.nextInt(valid.size()));
                peer.send(random.nextInt(3) == 0 ? mutated(frame, random) : frame);
            }
            peer.channel.checkException();
            peer.channel.finishAndReleaseAll();
        }
        assertThat(world.count("headrace.amqp.connections")).isZero();
        assertThat(world.identities.watched()).isZero();
        assertThat(world.ingest.reserved()).isZero();
    }

    private static void decodeAll(byte[] bytes) {
        FrameDecoder decoder = new FrameDecoder();
        decoder.expectFrames(1 << 16);
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        try {
            Decoded next = decoder.decode(in);
            while (!(next instanceof Malformed) && !(next instanceof Decoded.Incomplete)) {
                next = decoder.decode(in);
            }
        } catch (RuntimeException broken) {
            throw new AssertionError("on " + HexFormat.of().formatHex(bytes), broken);
        }
    }

    private static byte[] mutated(byte[] frame, Random random) {
        byte[] bytes = frame.clone();
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
