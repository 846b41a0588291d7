package io.headrace.streams.hot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.headrace.config.ConfigException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions about the hot tier over HTTP: from its own state, or by asking the instance that owns the device.
 * While state moves between instances it answers 503.
 */
public final class HotServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HotServer.class);
    private static final String FORWARDED = "hr-forwarded";
    /** A record of the largest size in Base64, and what else is said of it. */
    private static final int MAX_QUESTION = 8 * 1024 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient peers =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final HostInfo self;
    private final String store;
    private volatile @Nullable KafkaStreams streams;

    private record Answer(int status, String body) {}

    /** Answers questions of another kind. */
    @FunctionalInterface
    public interface Answerer {
        /**
         * Empty where the question can't be understood.
         *
         * @throws InvalidStateStoreException while state moves
         */
        Optional<String> answer(KafkaStreams application, byte[] question);
    }

    /** @throws ConfigException where it can't listen at the address */
    public HotServer(HotConfig config, String store) {
        this.store = store;
        String host = config.listen().getHostString();
        try {
            server = HttpServer.create(
                    new InetSocketAddress(host, config.listen().getPort()), 0);
        } catch (IOException e) {
            throw new ConfigException(
                    "processors.query.listen = " + config.listen().getHostString() + ":"
                            + config.listen().getPort() + " can't be listened on: " + e.getMessage());
        }
        self = config.advertised()
                .map(address -> new HostInfo(address.getHostString(), address.getPort()))
                .orElse(new HostInfo(host, server.getAddress().getPort()));
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** {@code host:port} by which other instances reach this one. */
    public String advertised() {
        return self.host() + ":" + self.port();
    }

    /** Where it listens, {@code host:port}. */
    public String address() {
        return server.getAddress().getHostString() + ":" + server.getAddress().getPort();
    }

    /** From now on it answers from this application's state. */
    public void serve(KafkaStreams application) {
        streams = application;
    }

    /** From now on it also answers what is posted to a path. */
    public void answer(String path, Answerer answerer) {
        server.createContext(path, exchange -> handle(exchange, asked -> posted(asked, answerer)));
    }

    /** Makes an answer of a request. */
    private interface Answering {
        Answer to(HttpExchange exchange) throws IOException;
    }

    private void handle(HttpExchange exchange) throws IOException {
        handle(exchange, this::answer);
    }

    private void handle(HttpExchange exchange, Answering answering) throws IOException {
        try (exchange) {
            Answer answer = answering.to(exchange);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .set("Content-Type", answer.status() == 200 ? "application/json" : "application/problem+json");
            if (answer.status() == 503) {
                exchange.getResponseHeaders().set("Retry-After", "1");
            }
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Answer answer(HttpExchange exchange) {
        if (!exchange.getRequestMethod().equals("GET")) {
            return problem(405, "only GET");
        }
        Optional<HotRequest> request = HotRequest.parse(exchange.getRequestURI());
        if (request.isEmpty()) {
            return problem(404, "asks for neither /hot/{device}/latest nor /hot/{device}/recent?metric=m&minutes=n");
        }
        KafkaStreams application = streams;
        if (application == null || !application.state().isRunningOrRebalancing()) {
            return problem(503, "starting or stopping");
        }
        try {
            HostInfo owner = owner(application, request.get().device());
            if (self.equals(owner)) {
                return local(application, request.get());
            }
            boolean forwarded = exchange.getRequestHeaders().containsKey(FORWARDED);
            return owner == null || forwarded
                    ? problem(503, "the device is moving between instances")
                    : ask(owner, exchange.getRequestURI());
        } catch (InvalidStateStoreException moving) {
            return problem(503, "the state is moving between instances");
        } catch (RuntimeException fault) {
            LOG.error("a question about the hot tier failed", fault);
            return problem(500, fault.getClass().getSimpleName());
        }
    }

    private Answer posted(HttpExchange exchange, Answerer answerer) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            return problem(405, "only POST");
        }
        byte[] question = exchange.getRequestBody().readNBytes(MAX_QUESTION + 1);
        if (question.length > MAX_QUESTION) {
            return problem(413, "at most " + MAX_QUESTION + " bytes");
        }
        KafkaStreams application = streams;
        if (application == null || !application.state().isRunningOrRebalancing()) {
            return problem(503, "starting or stopping");
        }
        try {
            return answerer.answer(application, question)
                    .map(body -> new Answer(200, body))
                    .orElseGet(() -> problem(400, "the question can't be read"));
        } catch (InvalidStateStoreException moving) {
            return problem(503, "the state is moving between instances");
        } catch (RetriableException outage) {
            return problem(503, "what is asked for it doesn't answer");
        } catch (RuntimeException fault) {
            LOG.error("a question to {} failed", exchange.getRequestURI().getPath(), fault);
            return problem(500, fault.getClass().getSimpleName());
        }
    }

    private @Nullable HostInfo owner(KafkaStreams application, String device) {
        KeyQueryMetadata metadata = application.queryMetadataForKey(store, device, new StringSerializer());
        return metadata == null || metadata.equals(KeyQueryMetadata.NOT_AVAILABLE) ? null : metadata.activeHost();
    }

    private Answer local(KafkaStreams application, HotRequest request) {
        HotAnswers answers = new HotAnswers(application.store(
                StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.<String, byte[]>keyValueStore())));
        Optional<JsonNode> answer =
                switch (request) {
                    case HotRequest.Latest latest -> answers.latest(latest.device());
                    case HotRequest.Recent recent -> answers.recent(recent.device(), recent.metric(), recent.back());
                };
        return answer.map(body -> new Answer(200, body.toString())).orElseGet(() -> problem(404, "no such value"));
    }

    private Answer ask(HostInfo owner, URI uri) {
        URI there = URI.create("http://" + owner.host() + ":" + owner.port() + uri.getRawPath()
                + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
        try {
            HttpResponse<String> response = peers.send(
                    HttpRequest.newBuilder(there)
                            .timeout(PATIENCE)
                            .header(FORWARDED, "1")
                            .build(),
                    BodyHandlers.ofString(StandardCharsets.UTF_8));
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            return problem(503, "the instance that owns the device doesn't answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return problem(503, "stopping");
        }
    }

    private static Answer problem(int status, String detail) {
        return new Answer(
                status,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("type", "about:blank")
                        .put("status", status)
                        .put("detail", detail)
                        .toString());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
        peers.close();
    }
}
