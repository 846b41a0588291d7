package io.headrace.standalone;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** Metrics and health: {@code /metrics} in Prometheus' format, {@code /livez}, {@code /readyz}. */
public final class HealthServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private HealthServer(HttpServer server) {
        this.server = server;
    }

    /**
     * @param listen port 0 for any free one
     * @param ready asked at each {@code /readyz}: whether work is taken now; must not block
     * @param live asked at each {@code /livez}: false where only a restart helps; must not block
     * @throws InUseException where the address can't be listened on
     */
    public static HealthServer start(
            InetSocketAddress listen, PrometheusMeterRegistry meters, BooleanSupplier ready, BooleanSupplier live) {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(listen.getHostString(), listen.getPort()), 16);
        } catch (IOException e) {
            throw new InUseException("metrics.listen = " + listen.getHostString() + ":" + listen.getPort()
                    + " can't be listened on: " + e.getMessage());
        }
        server.createContext(
                "/metrics",
                exchange -> answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", meters.scrape()));
        server.createContext("/livez", exchange -> answer(exchange, live.getAsBoolean(), "dead"));
        server.createContext("/readyz", exchange -> answer(exchange, ready.getAsBoolean(), "not ready"));
        HealthServer health = new HealthServer(server);
        server.setExecutor(health.threads);
        server.start();
        return health;
    }

    private static void answer(HttpExchange exchange, boolean isWell, String otherwise) throws IOException {
        answer(exchange, isWell ? 200 : 503, "text/plain", (isWell ? "ok" : otherwise) + "\n");
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        try (exchange) {
            if (!exchange.getHttpContext()
                    .getPath()
                    .equals(exchange.getRequestURI().getPath())) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Where it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
