package io.headrace.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Devices that listen to their commands over MQTT 3.1.1 and answer each at once, with its acknowledgement. On a thread of
 * its own.
 */
public final class CommandDevices implements AutoCloseable {
    private static final int BUFFER = 16 << 10;
    private static final byte[] SUBSCRIBE =
            HexFormat.of().parseHex("820f0001000a" + HexFormat.of().formatHex(ascii("commands/#")) + "01");
    private static final byte[] SUCCESS = ascii("/result");

    private final Selector selector;
    private final Thread thread;
    private volatile @Nullable IOException failure;

    /** What came of one device and isn't looked at yet. */
    private record Device(SocketChannel channel, ByteBuffer in) {}

    private CommandDevices(Selector selector) {
        this.selector = selector;
        this.thread = Thread.ofPlatform().name("devices").daemon().unstarted(this::answer);
    }

    /** Connects them all; returns when each has subscribed. */
    public static CommandDevices connect(int port, int devices, String password) throws IOException {
        CommandDevices all = new CommandDevices(Selector.open());
        InetSocketAddress gateway = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (int i = 0; i < devices; i++) {
            SocketChannel channel = MqttDevice.connect(gateway, null, i, password);
            channel.write(ByteBuffer.wrap(SUBSCRIBE));
            ByteBuffer suback = ByteBuffer.allocate(5);
            while (suback.hasRemaining() && channel.read(suback) >= 0) {}
            if (suback.get(4) != 1) {
                throw new IOException("SUBACK " + suback.get(4));
            }
            channel.configureBlocking(false);
            channel.register(all.selector, SelectionKey.OP_READ, new Device(channel, ByteBuffer.allocate(BUFFER)));
        }
        all.thread.start();
        return all;
    }

    private void answer() {
        try {
            while (selector.isOpen()) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    answer((Device) key.attachment());
                }
                selector.selectedKeys().clear();
            }
        } catch (ClosedSelectorException closed) {
            // between two looks: that's the end
        } catch (IOException e) {
            failure = e;
        }
    }

    private static void answer(Device device) throws IOException {
        if (device.channel.read(device.in) < 0) {
            throw new IOException("the gateway closed a connection");
        }
        device.in.flip();
        while (device.in.remaining() >= 2 && device.in.remaining() >= 2 + length(device.in)) {
            int type = device.in.get() & 0xF0;
            byte[] packet = new byte[length(device.in.position(device.in.position() - 1))];
            device.in.position(device.in.position() + 2).get(packet);
            if (type == 0x30) {
                published(device, ByteBuffer.wrap(packet));
            }
        }
        device.in.compact();
    }

    /** Remaining length of the packet that begins here; commands of this benchmark have less than 128 bytes. */
    private static int length(ByteBuffer in) {
        return in.get(in.position() + 1);
    }

    private static void published(Device device, ByteBuffer packet) throws IOException {
        byte[] topic = new byte[packet.getShort()];
        packet.get(topic);
        short packetId = packet.getShort();
        ByteBuffer out = ByteBuffer.allocate(256);
        out.putInt(0x40_02_00_00 | (packetId & 0xFFFF));
        int size = topic.length + SUCCESS.length;
        out.put((byte) 0x32).put((byte) (2 + size + 2 + 2)).putShort((short) size);
        out.put(topic).put(SUCCESS).putShort(packetId).put(ascii("ok")).flip();
        while (out.hasRemaining()) {
            device.channel.write(out);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether all are connected still. */
    public boolean isWell() {
        return failure == null;
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
