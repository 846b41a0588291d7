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
import java.util.Base64;

/** One device that posts batches of 100 as a JSON array, one request at a time. For one thread. */
final class HttpDevice implements Peer {
    static final int BATCH = 100;

    private static final int BODY = BATCH * (Payloads.BYTES + 1) + 1;
    private static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);

    private final int device;
    private final Run run;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final byte[] head;
    private final ByteBuffer in = ByteBuffer.allocateDirect(64 << 10);
    private final ByteBuffer out;
    private long next;
    private long sentAt;
    private int inFlight;
    private boolean isBroken;

    HttpDevice(int device, Run run, Selector selector) throws IOException {
        this.device = device;
        this.run = run;
        String id = Plan.device(device);
        String secret = Base64.getEncoder()
                .encodeToString((id + ":" + run.plan.password()).getBytes(StandardCharsets.US_ASCII));
        this.head = ("POST /v1/telemetry HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic " + secret
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + BODY + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        this.out = ByteBuffer.allocateDirect(head.length + BODY);
        this.channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), run.plan.port()));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        this.key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    @Override
    public void due(long now) throws IOException {
        throw new IOException("batches are sent as fast as answers come");
    }

    @Override
    public void start(long now) throws IOException {
        if (inFlight > 0 || !run.maySend()) {
            return;
        }
        sentAt = now;
        out.clear();
        out.put(head).put((byte) '[');
        for (int i = 0; i < BATCH; i++) {
            run.write(device, next++, out);
            out.put((byte) (i == BATCH - 1 ? ']' : ','));
        }
        inFlight = BATCH;
        out.flip();
        write();
    }

    private void write() throws IOException {
        channel.write(out);
        int wanted = out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }

    @Override
    public void ready(long now) throws IOException {
        if (key.isWritable() && out.hasRemaining()) {
            write();
        }
        if (channel.read(in) < 0) {
            throw new IOException("closed");
        }
        int head = headEnd();
        if (head < 0 || in.position() < head + contentLength(head)) {
            return;
        }
        if (in.get(9) != '2' || in.get(10) != '0' || in.get(11) != '2') {
            throw new IOException("status " + (char) in.get(9) + (char) in.get(10) + (char) in.get(11));
        }
        in.clear();
        inFlight = 0;
        for (int i = BATCH; i > 0; i--) {
            run.acknowledged(device, next - i, now - sentAt);
        }
        start(now);
    }

    private int headEnd() {
        for (int i = 3; i < in.position(); i++) {
            if (in.get(i) == '\n' && in.get(i - 2) == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    private int contentLength(int head) throws IOException {
        for (int i = 0; i < head - LENGTH.length; i++) {
            if (isLengthAt(i)) {
                int value = 0;
                for (int at = i + LENGTH.length; in.get(at) >= '0'; at++) {
                    value = value * 10 + in.get(at) - '0';
                }
                return value;
            }
        }
        throw new IOException("an answer without a length");
    }

    private boolean isLengthAt(int from) {
        for (int i = 0; i < LENGTH.length; i++) {
            if (Character.toLowerCase((char) in.get(from + i)) != LENGTH[i]) {
                return false;
            }
        }
        return true;
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
