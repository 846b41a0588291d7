package io.headrace.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.headrace.catalogue.TrustedRecords;
import io.headrace.client.ApiClient;
import io.headrace.client.ApiException;
import io.headrace.history.History.Asked;
import io.headrace.history.StoredHistory.Tier;
import io.headrace.record.Reading;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a control plane that refuses what costs too much, before its answer or in the middle of it. */
class StoredHistoryTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern BOUNDS = Pattern.compile("received_at >= '(.*?)' AND received_at < '(.*?)'");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int READINGS = 2_000;

    static {
        TrustedRecords.trust(Reading.class);
    }

    private final List<ArrayNode> rows = new ArrayList<>();
    private HttpServer server;
    private int queries;
    private int most = Integer.MAX_VALUE;
    private int breaksOffAfter = Integer.MAX_VALUE;

    @BeforeEach
    void start() throws IOException {
        for (int i = 0; i < READINGS; i++) {
            // ten messages of a moment, each of two readings, are one behind the other
            Instant receivedAt = START.plus(Duration.ofMinutes(30L * (i / 20)));
            row(i, receivedAt, "mode", null, "on");
            row(i, receivedAt, "temperature", i / 4.0, null);
        }
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/query", this::answer);
        server.start();
    }

    private void row(int i, Instant receivedAt, String metric, @Nullable Double value, @Nullable String text) {
        rows.add(JSON.createArrayNode()
                .add("d" + i % 3)
                .add(receivedAt.minusSeconds(5).toString())
                .add(receivedAt.toString())
                .add(1)
                .add(i / 2)
                .add(i % 2)
                .add(metric)
                .add(value)
                .add(text));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String sql = JSON.readTree(exchange.getRequestBody()).path("sql").asText();
        Matcher bounds = BOUNDS.matcher(sql);
        assertThat(bounds.find()).isTrue();
        List<ArrayNode> found = rows.stream()
                .filter(row -> row.path(2).asText().compareTo(bounds.group(1)) >= 0
                        && row.path(2).asText().compareTo(bounds.group(2)) < 0)
                .toList();
        queries++;
        StringBuilder body = new StringBuilder();
        if (found.size() > most) {
            body.append("{\"error\":{\"status\":422,\"detail\":\"more rows than it may take\"}}\n");
        } else {
            body.append("{\"columns\":[]}\n");
            found.stream().limit(breaksOffAfter).forEach(row -> body.append(row).append('\n'));
            body.append(
                    found.size() > breaksOffAfter
                            ? "{\"error\":{\"status\":422,\"detail\":\"it took longer than 120 s\"}}\n"
                            : "{\"end\":{}}\n");
        }
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private List<Reading> read() {
        List<Reading> readings = new ArrayList<>();
        ApiClient api = new ApiClient(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "token");
        new StoredHistory(api, Tier.WARM, device -> Map.of("site", "of " + device))
                .read(new Asked(START, START.plus(Duration.ofDays(60)), Set.of(), Set.of()), readings::add);
        return readings;
    }

    private static void requireAll(List<Reading> readings) {
        assertThat(readings).hasSize(READINGS);
        for (int i = 0; i < READINGS; i++) {
            Reading reading = readings.get(i);
            assertThat(reading.getOrigin().getOffset()).isEqualTo(i / 2);
            assertThat(reading.getOrigin().getIndex()).isEqualTo(i % 2);
            assertThat(reading.getValues()).isEqualTo(Map.of("mode", "on", "temperature", i / 4.0));
            assertThat(reading.getTags()).isEqualTo(Map.of("site", "of d" + i % 3));
            assertThat(reading.getObservedAt())
                    .isEqualTo(reading.getReceivedAt().minusSeconds(5));
        }
    }

    @Test
    void readingsArePutTogetherAgain() {
        requireAll(read());
        assertThat(queries).isLessThan(10);
    }

    @Test
    void whatWouldCostTooMuchIsAskedInSmallerSlices() {
        most = 100;
        requireAll(read());
    }

    @Test
    void anAnswerThatBreaksOffGoesOnWhereItEnded() {
        breaksOffAfter = 333;
        requireAll(read());
    }

    @Test
    void whatCanNotBeHadEvenInTheSmallestSliceIsRefused() {
        most = 30;
        assertThatThrownBy(this::read).isInstanceOf(ApiException.class).hasMessageContaining("more rows");
        assertThat(queries).isLessThan(50);
    }

    @Test
    void numbersWordsAndBooleansComeBackAsTheyWere() throws Exception {
        List<Object> values = new ArrayList<>();
        for (String row : List.of(
                "[1.0, \"true\"]",
                "[0.0, \"false\"]",
                "[21.5, null]",
                "[9.2e18, \"9223372036854775807\"]",
                "[null, \"true\"]",
                "[null, null]",
                "[\"NaN\", null]")) {
            JsonNode cells = JSON.readTree(row);
            rows.clear();
            rows.add(JSON.createArrayNode()
                    .add("d")
                    .add(START.toString())
                    .add(START.toString())
                    .add(0)
                    .add(0)
                    .add(0)
                    .add("m")
                    .add(cells.path(0))
                    .add(cells.path(1)));
            values.add(read().getFirst().getValues().getOrDefault("m", "nothing"));
        }
        assertThat(values).containsExactly(true, false, 21.5, Long.MAX_VALUE, "true", "nothing", Double.NaN);
    }
}
