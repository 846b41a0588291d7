package io.headrace.gateway;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A connection that says what it likes, byte by byte, and waits 10 s for an answer at most. */
final class Wire implements AutoCloseable {
    private static final int PATIENCE_MS = 10_000;

    private final Socket socket;

    private Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MS);
    }

    static Wire open(int port) throws IOException {
        return new Wire(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Over TLS, whoever the server says it is. */
    static Wire openTls(int port) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Trusting()}, null);
            return new Wire(context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no TLS in this JVM", e);
        }
    }

    /** Waits no longer than this for bytes, instead of 10 s. */
    Wire patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
        return this;
    }

    Wire send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    Wire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The next so many bytes; fewer where the peer ends before. */
    byte[] read(int count) throws IOException {
        return socket.getInputStream().readNBytes(count);
    }

    /** All until the peer ends the connection, which it must. A reset counts as an end. */
    byte[] readToEnd() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] chunk = new byte[8 << 10];
        try {
            for (int n = socket.getInputStream().read(chunk);
                    n >= 0;
                    n = socket.getInputStream().read(chunk)) {
                all.write(chunk, 0, n);
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException reset) {
            return all.toByteArray();
        }
        return all.toByteArray();
    }

    /** Whether the peer has ended the connection, or does so while patience lasts. */
    boolean isEnded() throws IOException {
        try {
            readToEnd();
            return true;
        } catch (SocketTimeoutException stillThere) {
            return false;
        }
    }

    String readTextToEnd() throws IOException {
        return new String(readToEnd(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** MQTT's CONNECT with user name and password, clean, keep alive 60 s; 4 for 3.1.1, 5 for 5. */
    static byte[] connect(int version, String device, String key) {
        return packet(0x10, body -> {
            body.writeUTF("MQTT");
            body.write(new byte[] {(byte) version, (byte) 0xC2, 0, 60});
            if (version == 5) {
                body.write(0);
            }
            body.writeUTF(device);
            body.writeUTF(device);
            body.writeUTF(key);
        });
    }

    /** MQTT's PUBLISH to {@code telemetry}. */
    static byte[] publish(int version, int qos, int packetId, String payload) {
        return packet(0x30 | qos << 1, body -> {
            body.writeUTF("telemetry");
            if (qos > 0) {
                body.writeShort(packetId);
            }
            if (version == 5) {
                body.write(0);
            }
            body.write(payload.getBytes(StandardCharsets.UTF_8));
        });
    }

    /** Writes the body of a packet. */
    interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    /** A packet of MQTT with the length that its body has. */
    static byte[] packet(int header, Body body) {
        try {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            body.write(new DataOutputStream(content));
            ByteArrayOutputStream packet = new ByteArrayOutputStream();
            packet.write(header);
            int left = content.size();
            while (left > 127) {
                packet.write((left & 0x7F) | 0x80);
                left >>= 7;
            }
            packet.write(left);
            content.writeTo(packet);
            return packet.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
    }

    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
