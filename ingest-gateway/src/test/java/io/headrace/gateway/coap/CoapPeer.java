package io.headrace.gateway.coap;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A device that writes and reads datagrams byte by byte, as RFC 7252 §3 has them; knows nothing of Californium. */
final class CoapPeer implements AutoCloseable {
    static final int CON = 0;
    static final int NON = 1;
    static final int ACK = 2;
    static final int RST = 3;

    static final int OBSERVE = 6;
    static final int MAX_AGE = 14;
    static final int ACCEPT = 17;
    static final int BLOCK2 = 23;
    static final int SIZE1 = 60;
    static final int BLOCK1 = 27;

    private final DatagramSocket socket;

    /**
     * A message that came back.
     *
     * @param code as written, {@code 2.04}
     * @param options last value of each, as a number
     */
    record Reply(int type, String code, int mid, String token, Map<Integer, Long> options, String payload, int size) {}

    /** An option of a request. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Opt(int number, byte[] value) {
        static Opt text(int number, String value) {
            return new Opt(number, value.getBytes(StandardCharsets.UTF_8));
        }

        static Opt number(int number, int value) {
            byte[] four = ByteBuffer.allocate(4).putInt(value).array();
            int skip = Integer.numberOfLeadingZeros(value) / 8;
            return new Opt(number, Arrays.copyOfRange(four, skip, 4));
        }

        static Opt block1(int num, boolean more, int szx) {
            return number(BLOCK1, (num << 4) | (more ? 8 : 0) | szx);
        }
    }

    CoapPeer(int port) throws IOException {
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.connect(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
    }

    /** Options of a POST to {@code /v1/telemetry} by a device with a password. */
    static List<Opt> telemetry(String device, String password, String... channel) {
        List<Opt> options = new ArrayList<>(List.of(Opt.text(11, "v1"), Opt.text(11, "telemetry")));
        for (String level : channel) {
            options.add(Opt.text(11, level));
        }
        options.add(Opt.text(15, "device=" + device));
        options.add(Opt.text(15, "password=" + password));
        return options;
    }

    /** Options of a request for commands, or of the answer to one, by a device with a password. */
    static List<Opt> commands(String device, String password, String... more) {
        List<Opt> options = new ArrayList<>(List.of(Opt.text(11, "v1"), Opt.text(11, "commands")));
        for (String level : more) {
            options.add(Opt.text(11, level));
        }
        options.add(Opt.text(15, "device=" + device));
        options.add(Opt.text(15, "password=" + password));
        return options;
    }

    static List<Opt> with(List<Opt> options, Opt... more) {
        List<Opt> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return all;
    }

    /** A request; options in any order, those of one number stay as they are. */
    static byte[] request(int type, int method, int mid, String token, List<Opt> options, byte[] payload) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] tokenBytes = token.getBytes(StandardCharsets.US_ASCII);
        bytes.write(0x40 | type << 4 | tokenBytes.length);
        bytes.write(method);
        bytes.write(mid >> 8);
        bytes.write(mid);
        bytes.writeBytes(tokenBytes);
        int before = 0;
        for (Opt option : options.stream()
                .sorted((a, b) -> Integer.compare(a.number, b.number))
                .toList()) {
            int delta = option.number - before;
            int length = option.value.length;
            bytes.write(nibble(delta) << 4 | nibble(length));
            extended(bytes, delta);
            extended(bytes, length);
            bytes.writeBytes(option.value);
            before = option.number;
        }
        if (payload.length > 0) {
            bytes.write(0xff);
            bytes.writeBytes(payload);
        }
        return bytes.toByteArray();
    }

    private static int nibble(int value) {
        return value < 13 ? value : value < 269 ? 13 : 14;
    }

    private static void extended(ByteArrayOutputStream bytes, int value) {
        if (value >= 269) {
            bytes.write((value - 269) >> 8);
            bytes.write(value - 269);
        } else if (value >= 13) {
            bytes.write(value - 13);
        }
    }

    static byte[] post(int type, int mid, List<Opt> options, String payload) {
        return request(type, 2, mid, "t" + mid, options, payload.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] get(int type, int mid, String token, List<Opt> options) {
        return request(type, 1, mid, token, options, new byte[0]);
    }

    /** Rejects a reply. */
    void reset(Reply reply) throws IOException {
        send(new byte[] {0x70, 0, (byte) (reply.mid >> 8), (byte) reply.mid});
    }

    void send(byte[] datagram) throws IOException {
        socket.send(new DatagramPacket(datagram, datagram.length));
    }

    /** Acknowledges a reply that asks for it. */
    void acknowledge(Reply reply) throws IOException {
        send(new byte[] {0x60, 0, (byte) (reply.mid >> 8), (byte) reply.mid});
    }

    Reply receive() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        socket.receive(packet);
        return parse(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    /** Whether nothing comes for a while. */
    boolean hearsNothing(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            socket.receive(new DatagramPacket(new byte[2048], 2048));
            return false;
        } catch (SocketTimeoutException silence) {
            return true;
        } finally {
            socket.setSoTimeout(10_000);
        }
    }

    Reply ask(byte[] datagram) throws IOException {
        send(datagram);
        return receive();
    }

    private static Reply parse(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int first = in.get() & 0xff;
        int code = in.get() & 0xff;
        int mid = in.getShort() & 0xffff;
        byte[] token = new byte[first & 0xf];
        in.get(token);
        Map<Integer, Long> options = new HashMap<>();
        String payload = "";
        int number = 0;
        while (in.hasRemaining()) {
            int head = in.get() & 0xff;
            if (head == 0xff) {
                byte[] rest = new byte[in.remaining()];
                in.get(rest);
                payload = new String(rest, StandardCharsets.UTF_8);
                break;
            }
            number += value(in, head >> 4);
            int length = value(in, head & 0xf);
            long value = 0;
            for (int i = 0; i < length; i++) {
                value = value << 8 | (in.get() & 0xff);
            }
            options.put(number, value);
        }
        String shown = (code >> 5) + "." + ((code & 31) < 10 ? "0" : "") + (code & 31);
        return new Reply(
                (first >> 4) & 3,
                shown,
                mid,
                new String(token, StandardCharsets.US_ASCII),
                options,
                payload,
                bytes.length);
    }

    private static int value(ByteBuffer in, int nibble) {
        return switch (nibble) {
            case 13 -> (in.get() & 0xff) + 13;
            case 14 -> (in.getShort() & 0xffff) + 269;
            default -> nibble;
        };
    }

    @Override
    public void close() {
        socket.close();
    }
}
