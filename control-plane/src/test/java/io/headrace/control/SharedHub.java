package io.headrace.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.headrace.embedded.EmbeddedKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One hub for all test classes of a JVM that are content with things of their own in it, and its broker for those that need
 * more. Its processors are played here. It ends with the JVM.
 */
final class SharedHub {
    private static @Nullable SharedHub shared;

    private final Path folder;
    private final EmbeddedKafka broker;
    private final TestHub hub;

    private SharedHub() throws Exception {
        folder = Files.createTempDirectory("headrace-shared-hub");
        broker = EmbeddedKafka.start(folder.resolve("kafka"));
        String url = "http://127.0.0.1:" + processors().getAddress().getPort();
        hub = new TestHub(broker.bootstrapServers(), "hub1.", folder, Map.of("control-plane.processors-url", url));
    }

    static synchronized TestHub get() throws Exception {
        if (shared == null) {
            SharedHub started = new SharedHub();
            Runtime.getRuntime().addShutdownHook(new Thread(started::end));
            shared = started;
        }
        return shared.hub;
    }

    private static HttpServer processors() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hot/", exchange -> {
            boolean known = exchange.getRequestURI().getRawPath().startsWith("/hot/known/");
            answer(exchange, known ? 200 : 404, "{\"asked\":\"" + exchange.getRequestURI() + "\"}");
        });
        server.createContext(
                "/mapping-trial",
                exchange -> answer(
                        exchange, 200, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        server.createContext("/topology", exchange -> answer(exchange, 503, "{\"detail\":\"starting or stopping\"}"));
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void end() {
        hub.close();
        broker.close();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
