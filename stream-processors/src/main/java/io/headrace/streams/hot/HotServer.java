package io.headrace.streams.hot;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.headrace.config.ConfigException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions over HTTP: about the hot tier by {@link HotQueries}, and of other kinds as it is told. While the
 * application starts or stops, and while state moves for longer than is worth waiting, it answers 503.
 */
public final class HotServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HotServer.class);
    /** A record of the largest size in Base64, and what else is said of it. */
    private static final int MAX_QUESTION = 8 * 1024 * 1024;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Peers peers = new Peers();
    private final HostInfo self;
    private final HotQueries queries;
    private volatile @Nullable KafkaStreams streams;

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
        queries = new HotQueries(store, config, self, peers);
        server.setExecutor(threads);
        server.createContext("/", exchange -> handle(exchange, "GET", this::hot));
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
        server.createContext(
                path,
                exchange -> handle(exchange, "POST", (application, asked) -> posted(application, asked, answerer)));
    }

    /**
     * From now on it also says at a path what each instance has to say of itself.
     *
     * @param own makes JSON of this instance
     */
    public void gather(String path, Function<KafkaStreams, String> own) {
        server.createContext(
                path, exchange -> handle(exchange, "GET", (application, asked) -> gathered(application, asked, own)));
    }

    /** Makes an answer of a request. */
    private interface Answering {
        Answer to(KafkaStreams application, HttpExchange exchange) throws IOException;
    }

    private void handle(HttpExchange exchange, String method, Answering answering) throws IOException {
        try (exchange) {
            Answer answer = exchange.getRequestMethod().equals(method)
                    ? answer(exchange, answering)
                    : Answer.problem(405, "only " + method);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .set("Content-Type", answer.status() == 200 ? "application/json" : "application/problem+json");
            if (answer.isUnavailable()) {
                exchange.getResponseHeaders().set("Retry-After", "1");
            }
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Answer answer(HttpExchange exchange, Answering answering) throws IOException {
        KafkaStreams application = streams;
        if (application == null || !application.state().isRunningOrRebalancing()) {
            return Answer.unavailable("starting or stopping");
        }
        try {
            return answering.to(application, exchange);
        } catch (InvalidStateStoreException moving) {
            return Answer.unavailable("the state is moving between instances");
        } catch (RetriableException outage) {
            return Answer.unavailable("what is asked for it doesn't answer");
        } catch (RuntimeException fault) {
            LOG.error("a question to {} failed", exchange.getRequestURI().getPath(), fault);
            return Answer.problem(500, fault.getClass().getSimpleName());
        }
    }

    private Answer hot(KafkaStreams application, HttpExchange exchange) {
        URI question = exchange.getRequestURI();
        Optional<HotRequest> request = HotRequest.parse(question);
        if (request.isEmpty()) {
            return Answer.problem(
                    404, "asks for neither /hot/{device}/latest nor /hot/{device}/recent?metric=m&minutes=n");
        }
        return isForwarded(exchange)
                ? queries.forwarded(application, request.get())
                : queries.answer(application, request.get(), question);
    }

    private static Answer posted(KafkaStreams application, HttpExchange exchange, Answerer answerer)
            throws IOException {
        byte[] question = exchange.getRequestBody().readNBytes(MAX_QUESTION + 1);
        return question.length > MAX_QUESTION
                ? Answer.problem(413, "at most " + MAX_QUESTION + " bytes")
                : answerer.answer(application, question)
                        .map(Answer::of)
                        .orElseGet(() -> Answer.problem(400, "the question can't be read"));
    }

    private Answer gathered(KafkaStreams application, HttpExchange exchange, Function<KafkaStreams, String> own) {
        String here = own.apply(application);
        if (isForwarded(exchange)) {
            return Answer.of(here);
        }
        List<String> all = new ArrayList<>(List.of(here));
        application.metadataForAllStreamsClients().stream()
                .map(StreamsMetadata::hostInfo)
                .filter(peer -> !peer.equals(self) && !peer.equals(HostInfo.unavailable()))
                .distinct()
                .forEach(peer -> all.add(saidBy(peer, exchange.getRequestURI())));
        return Answer.of("{\"instances\":[" + String.join(",", all) + "]}");
    }

    private String saidBy(HostInfo peer, URI question) {
        Answer answer = peers.ask(peer, question);
        return answer.status() == 200
                ? answer.body()
                : JsonNodeFactory.instance
                        .objectNode()
                        .put("instance", peer.host() + ":" + peer.port())
                        .put("state", "UNREACHABLE")
                        .toString();
    }

    private static boolean isForwarded(HttpExchange exchange) {
        return exchange.getRequestHeaders().containsKey(Peers.FORWARDED);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
        peers.close();
    }
}
