package io.headrace.control.http;

import io.headrace.control.http.Answer.Body;
import io.headrace.control.http.Answer.Content;
import io.headrace.control.http.Answer.Events;
import io.headrace.control.http.Answer.Lines;
import io.headrace.control.http.Answer.Nothing;
import io.headrace.control.http.Router.Request;
import io.helidon.http.DirectHandler;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.DirectHandler.TransportResponse;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The web server: translates between its requests and {@link Router}'s. A request runs on a virtual thread of its own.
 * Every response has headers that keep a browser from running or embedding what isn't ours.
 */
public final class HttpEdge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpEdge.class);
    private static final String PROBLEM_TYPE = "application/problem+json";
    private static final Map<String, String> SECURITY = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "X-Frame-Options",
            "DENY",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Cross-Origin-Opener-Policy",
            "same-origin");

    private final HttpConfig config;
    private final Router router;
    private final WebServer server;
    private final MeterRegistry metrics;

    /**
     * Starts listening.
     *
     * @throws PortTakenException where the address can't be listened on
     */
    public static HttpEdge start(HttpConfig config, Router router, MeterRegistry metrics) {
        HttpEdge edge = new HttpEdge(config, router, metrics);
        try {
            edge.server.start();
        } catch (UncheckedIOException | IllegalStateException e) {
            edge.server.stop();
            throw new PortTakenException(config.listen(), rootMessage(e));
        }
        return edge;
    }

    private HttpEdge(HttpConfig config, Router router, MeterRegistry metrics) {
        this.config = config;
        this.router = router;
        this.metrics = metrics;
        this.server = WebServer.builder()
                .host(config.listen().getHostString())
                .port(config.listen().getPort())
                .maxTcpConnections(config.maxConnections())
                .idleConnectionTimeout(Duration.ofMinutes(2))
                .shutdownGracePeriod(Duration.ofMillis(500))
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .addProtocol(Http1Config.builder()
                        .name("http_1_1")
                        .maxHeadersSize(16 * 1024)
                        .maxPrologueLength(8 * 1024)
                        .build())
                .connectionOptions(options -> options.readTimeout(Duration.ofSeconds(30)))
                .directHandlers(problems())
                .routing(this::route)
                .build();
    }

    /** Port that is listened on. */
    public int port() {
        return server.port();
    }

    public boolean isListening() {
        return server.isRunning();
    }

    private void route(HttpRouting.Builder routing) {
        routing.any(this::handle);
    }

    private void handle(ServerRequest request, ServerResponse response) {
        SECURITY.forEach(response::header);
        try {
            Answer answer = router.answer(translate(request));
            count("answered");
            send(response, answer);
        } catch (Problem problem) {
            count(problem.status() < 500 ? "refused" : "failed");
            send(response, problem);
        } catch (RequestException | ServerConnectionException forTheServer) {
            throw forTheServer;
        } catch (RetriableException | UnavailableException e) {
            LOG.warn("{} {}: {}", request.prologue().method(), path(request), e.getMessage());
            count("failed");
            send(response, Problem.unavailable("Kafka, the schema registry or the processors don't answer just now"));
        } catch (RuntimeException bug) {
            LOG.error("{} {} failed", request.prologue().method(), path(request), bug);
            count("failed");
            send(response, Problem.internal());
        }
    }

    private void count(String outcome) {
        metrics.counter("headrace.control.requests", "outcome", outcome).increment();
    }

    private Request translate(ServerRequest request) {
        Map<String, String> query = new HashMap<>();
        for (String name : request.query().names()) {
            query.put(name, request.query().all(name).getFirst());
        }
        return new Request(
                request.prologue().method().text(),
                path(request),
                request.headers().first(HeaderNames.AUTHORIZATION),
                query,
                () -> body(request));
    }

    private static String path(ServerRequest request) {
        return request.prologue().uriPath().rawPath();
    }

    private byte[] body(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        long announced = request.headers().contentLength().orElse(0);
        if (announced > config.maxRequestBytes()) {
            throw Problem.tooLarge(config.maxRequestBytes());
        }
        try (InputStream in = request.content().inputStream()) {
            byte[] body = in.readNBytes(config.maxRequestBytes() + 1);
            if (body.length > config.maxRequestBytes()) {
                throw Problem.tooLarge(config.maxRequestBytes());
            }
            return body;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(ServerResponse response, Answer answer) {
        switch (answer) {
            case Body(int status, Object value, var location) -> {
                location.ifPresent(uri -> response.header(HeaderNames.LOCATION, uri));
                response.header(HeaderNames.CACHE_CONTROL, "no-store");
                send(response, status, "application/json", Json.bytes(value));
            }
            case Nothing() -> response.status(204).send();
            case Content(String mediaType, byte[] bytes, String cache) -> {
                response.header(HeaderNames.CACHE_CONTROL, cache);
                send(response, 200, mediaType, bytes);
            }
            case Lines(String mediaType, Answer.LineSource source) -> stream(response, mediaType, source);
            case Events(Answer.EventSource source) ->
                stream(
                        response,
                        "text/event-stream",
                        out -> source.feed((name, data) -> {
                            String text = name.isEmpty()
                                    ? ": " + data + "\n\n"
                                    : "event: " + name + "\ndata: " + data + "\n\n";
                            out.write(text.getBytes(StandardCharsets.UTF_8));
                            out.flush();
                        }));
        }
    }

    private static void send(ServerResponse response, Problem problem) {
        if (response.isSent()) {
            return;
        }
        problem.headers().forEach(response::header);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        if (problem.status() == 413) {
            // The rest of the body isn't read, so nothing that follows on this connection could be understood.
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        send(response, problem.status(), PROBLEM_TYPE, Json.bytes(problem.members()));
    }

    private static void send(ServerResponse response, int status, String mediaType, byte[] bytes) {
        response.status(status).header(HeaderNames.CONTENT_TYPE, mediaType).send(bytes);
    }

    private static void stream(ServerResponse response, String mediaType, Answer.LineSource source) {
        response.header(HeaderNames.CONTENT_TYPE, mediaType)
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .header("X-Accel-Buffering", "no");
        try (OutputStream out = response.outputStream()) {
            source.write(out);
        } catch (IOException | UncheckedIOException | ServerConnectionException clientGone) {
            LOG.debug("a stream ended: {}", clientGone.getMessage());
        } catch (InterruptedException droppedOrStopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static DirectHandlers problems() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (EventType type : EventType.values()) {
            handlers.addHandler(type, HttpEdge::refuse);
        }
        return handlers.build();
    }

    /** What the server refuses before any endpoint sees it: bad framing, bad paths, headers too large. */
    private static TransportResponse refuse(
            DirectHandler.TransportRequest request,
            EventType type,
            Status status,
            io.helidon.http.ServerResponseHeaders headers,
            String message) {
        Map<String, Object> problem = Map.of(
                "type",
                "about:blank",
                "title",
                status.reasonPhrase(),
                "status",
                status.code(),
                "detail",
                "the request isn't well-formed HTTP, or is too large");
        return TransportResponse.builder()
                .status(status)
                .headers(headers)
                .header(HeaderValues.create(HeaderNames.CONTENT_TYPE, PROBLEM_TYPE))
                .keepAlive(false)
                .entity(Json.bytes(problem))
                .build();
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    /** Stops listening, ends streams of events, lets requests in progress finish for half a second. */
    @Override
    public void close() {
        server.stop();
    }
}
