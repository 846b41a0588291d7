package io.headrace.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client of HTTP/2 that writes its frames byte by byte (RFC 9113 §4.1), and reads those of the gateway as text. */
final class Http2Peer {
    static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    final HttpPeer http = new HttpPeer();
    private final DefaultHttp2HeadersDecoder headers = new DefaultHttp2HeadersDecoder();
    private final ByteBuf received = Unpooled.buffer();

    /** Opens the connection; gives what the gateway says first. */
    List<String> open() {
        write(Unpooled.copiedBuffer(PREFACE, StandardCharsets.US_ASCII));
        return frame(SETTINGS, 0, 0, new byte[0]);
    }

    static ByteBuf encoded(int type, int flags, int stream, byte[] payload) {
        return Unpooled.buffer()
                .writeMedium(payload.length)
                .writeByte(type)
                .writeByte(flags)
                .writeInt(stream)
                .writeBytes(payload);
    }

    /** Sends one frame; gives what the gateway has sent by then. */
    List<String> frame(int type, int flags, int stream, byte[] payload) {
        write(encoded(type, flags, stream, payload));
        return frames();
    }

    void write(ByteBuf bytes) {
        if (http.channel.isActive()) {
            http.channel.writeInbound(bytes);
        } else {
            bytes.release();
        }
    }

    /** A header block without compression: each field a literal that isn't indexed (RFC 7541 §6.2.2). */
    static byte[] block(String... namesAndValues) {
        ByteBuf block = Unpooled.buffer();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.writeByte(0);
            string(block, namesAndValues[i]);
            string(block, namesAndValues[i + 1]);
        }
        byte[] bytes = new byte[block.readableBytes()];
        block.readBytes(bytes);
        return bytes;
    }

    private static void string(ByteBuf block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < 127) {
            block.writeByte(bytes.length);
        } else {
            block.writeByte(127);
            int rest = bytes.length - 127;
            for (; rest >= 128; rest >>= 7) {
                block.writeByte(128 + (rest & 127));
            }
            block.writeByte(rest);
        }
        block.writeBytes(bytes);
    }

    static byte[] post(String... more) {
        return request("POST", "/v1/telemetry", more);
    }

    /** The head of a request with credentials. */
    static byte[] request(String method, String path, String... more) {
        List<String> fields = new ArrayList<>(List.of(
                ":method",
                method,
                ":scheme",
                "http",
                ":path",
                path,
                ":authority",
                "gateway",
                "authorization",
                HttpPeer.BASIC.substring("Authorization: ".length()).strip(),
                "content-type",
                "application/json"));
        fields.addAll(List.of(more));
        return block(fields.toArray(String[]::new));
    }

    List<String> head(int stream, String... more) {
        return frame(HEADERS, END_HEADERS, stream, post(more));
    }

    List<String> data(int stream, String text, int flags) {
        return frame(DATA, flags, stream, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A whole request. */
    List<String> request(int stream, String body) {
        List<String> frames = new ArrayList<>(head(stream));
        frames.addAll(data(stream, body, END_STREAM));
        return frames;
    }

    List<String> afterSeconds(long seconds) {
        http.channel.advanceTimeBy(seconds, java.util.concurrent.TimeUnit.SECONDS);
        http.channel.runScheduledPendingTasks();
        return frames();
    }

    /** What has come since the last call: {@code 1 HEADERS 202}, {@code 1 DATA …}, {@code 1 RST 7}, {@code GOAWAY 1 11}. */
    List<String> frames() {
        http.channel.runPendingTasks();
        http.channel.checkException();
        for (ByteBuf part = http.channel.readOutbound(); part != null; part = http.channel.readOutbound()) {
            received.writeBytes(part);
            part.release();
        }
        List<String> frames = new ArrayList<>();
        while (received.readableBytes() >= 9
                && received.readableBytes() >= 9 + received.getUnsignedMedium(received.readerIndex())) {
            int length = received.readUnsignedMedium();
            int type = received.readUnsignedByte();
            int flags = received.readUnsignedByte();
            int stream = received.readInt();
            frames.add(shown(type, flags, stream, received.readSlice(length)));
        }
        return frames;
    }

    private String shown(int type, int flags, int stream, ByteBuf payload) {
        return switch (type) {
            case DATA -> stream + " DATA " + payload.toString(StandardCharsets.UTF_8);
            case HEADERS -> stream + " HEADERS " + status(stream, payload);
            case RST_STREAM -> stream + " RST " + payload.readInt();
            case SETTINGS -> "SETTINGS" + ((flags & 1) == 1 ? " ACK" : "");
            case PING -> "PING" + ((flags & 1) == 1 ? " ACK" : "");
            case GOAWAY -> "GOAWAY " + payload.readInt() + " " + payload.readInt();
            case WINDOW_UPDATE -> stream + " WINDOW " + payload.readInt();
            default -> "type " + type;
        };
    }

    private String status(int stream, ByteBuf block) {
        try {
            var fields = headers.decodeHeaders(stream, block);
            CharSequence retry = fields.get("retry-after");
            return fields.status() + (retry == null ? "" : " retry " + retry);
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
