package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.config.Settings;
import io.headrace.control.access.AccessConfig;
import io.headrace.control.access.AccessTokens;
import io.headrace.control.http.HttpConfig;
import io.headrace.control.http.HttpEdge;
import io.headrace.control.http.Router;
import io.headrace.control.query.QueryApi;
import io.headrace.control.query.QueryConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Two tiers, what a control plane serves of them, and the command line; no Kafka. */
final class QueryScene implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final StoredTiers tiers;
    private final QueryApi api;
    private final HttpEdge http;

    /** What a command said and left with. */
    record Outcome(int code, String out, String err) {}

    QueryScene(Path folder) throws IOException {
        this(folder, Map.of());
    }

    /** @param more settings of the control plane */
    QueryScene(Path folder, Map<String, String> more) throws IOException {
        this(folder, new StoredTiers(folder, Map.of()), more);
    }

    /** @param tiers closed with this */
    QueryScene(Path folder, StoredTiers tiers, Map<String, String> more) throws IOException {
        this.folder = folder;
        this.tiers = tiers;
        Map<String, String> settings = new HashMap<>(tiers.settings());
        settings.put("control-plane.listen", "127.0.0.1:0");
        settings.put("control-plane.admin-token-file", file("admin.token", "an-admin-token-of-the-test"));
        settings.putAll(more);
        Settings read = Settings.of(settings);
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        this.api = new QueryApi(QueryConfig.from(read), metrics);
        Router router = new Router(api.endpoints(), new AccessTokens(AccessConfig.from(read)));
        this.http = HttpEdge.start(HttpConfig.from(read), router, metrics);
        read.requireAllRead();
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    StoredTiers tiers() {
        return tiers;
    }

    int port() {
        return http.port();
    }

    Outcome query(String sql, String... options) {
        List<String> arguments = new ArrayList<>(List.of("query", sql));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--url", "http://127.0.0.1:" + http.port(), "--data", folder.toString()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
        return new Outcome(code, out.toString(), err.toString());
    }

    /** Objects, in order. */
    List<JsonNode> rows(String sql, String... options) {
        List<String> all = new ArrayList<>(List.of("--output", "json"));
        all.addAll(List.of(options));
        Outcome outcome = query(sql, all.toArray(String[]::new));
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(ExitCode.OK.code());
        try {
            List<JsonNode> rows = new ArrayList<>();
            JSON.readTree(outcome.out()).forEach(rows::add);
            return rows;
        } catch (JsonProcessingException e) {
            throw new AssertionError(outcome.out(), e);
        }
    }

    @Override
    public void close() {
        http.close();
        api.close();
        tiers.close();
    }
}
