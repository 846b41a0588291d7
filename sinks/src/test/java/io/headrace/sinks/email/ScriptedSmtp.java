package io.headrace.sinks.email;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** An SMTP server that answers each command as a test says, and otherwise takes everything. */
final class ScriptedSmtp implements Closeable {
    /** Verb to answer; {@code .} for the end of a mail, {@code CONNECT} for the greeting. */
    final Map<String, String> answers = new ConcurrentHashMap<>();

    final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    private final ServerSocket listener;
    private final @Nullable SSLContext tls;

    /** @param tls for STARTTLS; null for a server that doesn't offer it */
    ScriptedSmtp(@Nullable SSLContext tls) throws IOException {
        this.tls = tls;
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "scripted-smtp");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    private void serve() {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                socket.setSoTimeout(20_000);
                talk(socket, "220 scripted");
            } catch (IOException gone) {
                // the client's to say
            }
        }
    }

    private void talk(Socket socket, @Nullable String greeting) throws IOException {
        OutputStream out = socket.getOutputStream();
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        if (greeting != null && !say(out, answers.getOrDefault("CONNECT", greeting))) {
            return;
        }
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
            heard.add(line);
            if (verb.equals("STARTTLS") && tls != null) {
                say(out, "220 go ahead");
                SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, true);
                secure.setUseClientMode(false);
                talk(secure, null);
                return;
            }
            if (!say(out, answers.getOrDefault(verb, usual(verb, socket)))) {
                return;
            }
            if (verb.equals("DATA") && !answers.containsKey("DATA") && !say(out, end(in))) {
                return;
            }
        }
    }

    private String usual(String verb, Socket socket) {
        return switch (verb) {
            case "EHLO" ->
                tls != null && !(socket instanceof SSLSocket)
                        ? "250-scripted\r\n250 STARTTLS"
                        : "250-scripted\r\n250 AUTH PLAIN";
            case "AUTH" -> "235 welcome";
            case "DATA" -> "354 go on";
            case "QUIT" -> "221 bye";
            default -> "250 fine";
        };
    }

    private String end(BufferedReader in) throws IOException {
        for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
            heard.add(line);
        }
        return answers.getOrDefault(".", "250 taken");
    }

    /** False where the answer ends the connection. */
    private static boolean say(OutputStream out, String answer) throws IOException {
        out.write((answer + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        return !answer.startsWith("421") && !answer.startsWith("221");
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
