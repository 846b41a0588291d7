package io.headrace.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One device that publishes with QoS 1, MQTT 3.1.1. For one thread. */
final class MqttDevice implements Peer {
    private static final int IDS = 65_535;
    private static final int HEADER = 3;

    private final int device;
    private final byte[] topic;
    private final int window;
    private final Run run;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer in = ByteBuffer.allocateDirect(4096);
    private final ByteBuffer out;
    /** When the last messages were sent, in a ring. */
    private final long[] sentAt;

    private long due;
    private long next;
    private int inFlight;
    private boolean isBroken;

    MqttDevice(int device, Run run, Selector selector) throws IOException {
        this.device = device;
        this.topic = (run.plan.kind() == Plan.Kind.MQTT_OWN_TOPICS ? "telemetry/" + Plan.device(device) : "telemetry")
                .getBytes(StandardCharsets.US_ASCII);
        this.window = run.plan.window();
        this.run = run;
        this.out = ByteBuffer.allocateDirect(window * (HEADER + body()));
        this.sentAt = new long[Integer.highestOneBit(window) * 2];
        this.channel = connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), run.plan.port()),
                null,
                device,
                run.plan.password());
        channel.configureBlocking(false);
        this.key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    private int body() {
        return 2 + topic.length + 2 + Payloads.BYTES;
    }

    /** Connects and waits to be let in; blocks. */
    static SocketChannel connect(InetSocketAddress to, @Nullable InetSocketAddress from, int device, String password)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (from != null) {
            channel.bind(from);
        }
        channel.connect(to);
        byte[] id = Plan.device(device).getBytes(StandardCharsets.US_ASCII);
        byte[] secret = password.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer packet = ByteBuffer.allocate(256);
        int length = 10 + 2 + id.length + 2 + id.length + 2 + secret.length;
        packet.put((byte) 0x10).put((byte) length);
        packet.putShort((short) 4)
                .put("MQTT".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 4);
        packet.put((byte) 0xC2).putShort((short) 0);
        packet.putShort((short) id.length).put(id).putShort((short) id.length).put(id);
        packet.putShort((short) secret.length).put(secret).flip();
        channel.write(packet);
        ByteBuffer answer = ByteBuffer.allocate(4);
        while (answer.hasRemaining()) {
            if (channel.read(answer) < 0) {
                throw new IOException("closed instead of a CONNACK");
            }
        }
        if (answer.get(0) != 0x20 || answer.get(3) != 0) {
            throw new IOException("CONNACK " + answer.get(3));
        }
        return channel;
    }

    @Override
    public void due(long now) throws IOException {
        due++;
        if (inFlight < window) {
            send(now);
        }
    }

    @Override
    public void start(long now) throws IOException {
        send(now);
    }

    private void send(long now) throws IOException {
        if (out.hasRemaining() && out.position() > 0 && key.interestOps() != SelectionKey.OP_READ) {
            return; // the last write isn't through
        }
        out.clear();
        while (inFlight < window && run.maySend() && (run.isClosed() || next < due)) {
            sentAt[(int) (next & (sentAt.length - 1))] = now;
            int length = body();
            out.put((byte) 0x32).put((byte) ((length & 0x7F) | 0x80)).put((byte) (length >> 7));
            out.putShort((short) topic.length).put(topic).putShort((short) (next % IDS + 1));
            run.write(device, next, out);
            next++;
            inFlight++;
        }
        out.flip();
        write();
    }

    private void write() throws IOException {
        if (out.hasRemaining()) {
            channel.write(out);
        }
        int wanted = out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }

    @Override
    public void ready(long now) throws IOException {
        if (key.isWritable()) {
            write();
        }
        if (key.isReadable() && channel.read(in) < 0) {
            throw new IOException("closed");
        }
        in.flip();
        while (in.remaining() >= 2 && in.remaining() >= 2 + in.get(in.position() + 1)) {
            int type = in.get() & 0xF0;
            int length = in.get();
            if (type != 0x40) {
                throw new IOException("packet of type " + (type >> 4));
            }
            acknowledged(in.getShort() & 0xFFFF, now);
            in.position(in.position() + length - 2);
        }
        in.compact();
        if (inFlight < window) {
            send(now);
        }
    }

    private void acknowledged(int id, long now) {
        long nextId = next % IDS + 1;
        long number = next - Math.floorMod(nextId - id, (long) IDS);
        inFlight--;
        run.acknowledged(device, number, now - since(number));
    }

    private long since(long number) {
        return run.isClosed() ? sentAt[(int) (number & (sentAt.length - 1))] : run.dueAt(device, number);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public void broken() {
        isBroken = true;
        key.cancel();
    }

    @Override
    public boolean isBroken() {
        return isBroken;
    }

    @Override
    public int unanswered() {
        return inFlight;
    }
}
