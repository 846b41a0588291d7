package io.headrace.guarantee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.catalogue.Headers;
import io.headrace.testing.ProcessingGuarantee.Stored;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A decoder is fixed, and what it had refused comes back: once, in order, over a {@code kill -9}, and the account adds up
 * before and after. The decoder that refuses is one with a bound that it shouldn't have.
 */
class ReplayIT {
    private static final int DEEP_EACH = 150;
    private static final int TEXTS = 20;
    private static final List<String> DEVICES = List.of("device-0", "device-1", "device-2");
    private static final Duration LONG = Duration.ofMinutes(2);

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private UpProcess up;

    @AfterEach
    void endProcess() throws InterruptedException {
        if (up != null) {
            up.end();
        }
    }

    @Test
    void afterADecoderFixDeadLettersComeBackOnceInOrderThroughAKillAndTheAccountAddsUp() throws Exception {
        // Given devices whose messages are, one after the other, good and too deep for the decoder
        up = UpProcess.start(folder, UpProcess.Libraries.NONE, "processors.normalize.max-depth = 1\n");
        for (String device : DEVICES) {
            String key = up.newDevice(device);
            send(
                    device,
                    key,
                    IntStream.range(0, 2 * DEEP_EACH)
                            .mapToObj(n -> n % 2 == 0 ? "{\"n\":" + n + "}" : "{\"a\":{\"n\":" + n + "}}"));
            if (device.equals(DEVICES.getFirst())) {
                send(device, key, IntStream.range(0, TEXTS).mapToObj(n -> "{\"n\":\"no number\"}"));
            }
        }
        int deep = DEVICES.size() * DEEP_EACH;
        awaitAccount(deep, deep + TEXTS);

        // When asked before the fix: the same again
        assertThat(tallies(post("{\"dryRun\":true}")))
                .isEqualTo(Map.of("DEAD_LETTERED TOO_DEEP", deep, "DEAD_LETTERED NO_NUMERIC_VALUE", TEXTS));

        // When the decoder is fixed
        up.configure("");
        assertThat(up.stop()).isZero();
        up.restart();
        Map<String, Integer> foreseen = tallies(post("{\"dryRun\":true}"));
        String id = post("{\"rate\":60}").path("id").asText();
        await().atMost(LONG).until(() -> replay(id).path("replayed").asInt() >= deep / 4);
        up.kill();
        up.restart();
        await().atMost(LONG).until(() -> replay(id).path("state").asText().equals("done"));

        // Then each letter was brought back once, and came to what the dry run had said
        assertThat(replay(id).path("replayed").asInt()).isEqualTo(deep + TEXTS);
        assertThat(committed("telemetry.replay")).hasSize(deep + TEXTS);
        awaitAccount(2 * deep, TEXTS);
        assertThat(foreseen).isEqualTo(Map.of("STORED ", deep, "DEAD_LETTERED NO_NUMERIC_VALUE", TEXTS));
        Map<String, List<Long>> broughtBack = new HashMap<>();
        for (ConsumerRecord<String, byte[]> row : committed("telemetry.readings")) {
            if (Headers.findReplays(row.headers()) > 0) {
                String origin = Headers.find(row.headers(), Headers.ORIGIN).orElseThrow();
                broughtBack
                        .computeIfAbsent(row.key(), key -> new ArrayList<>())
                        .add(Long.parseLong(origin.split(":", -1)[1]));
            }
        }
        assertThat(broughtBack)
                .hasSize(DEVICES.size())
                .allSatisfy((device, offsets) -> assertThat(offsets)
                        .hasSize(DEEP_EACH)
                        .doesNotHaveDuplicates()
                        .isSorted());

        // Then the stores have them once
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(origins(StoredMessages.inPostgres(up, "a.n")))
                        .hasSize(deep)
                        .doesNotHaveDuplicates());

        // When what can't be mended is replayed again and again: it stays in the end
        replayAll();
        replayAll();
        JsonNode last = replayAll();

        // Then
        assertThat(last.path("replayed").asInt()).isZero();
        assertThat(last.path("replayedTooOften").asInt()).isEqualTo(TEXTS);
        assertThat(committed("telemetry.raw.dlq")).hasSize(deep + 4 * TEXTS);
        awaitAccount(2 * deep, TEXTS);
        assertThat(committed("control.audit").stream()
                        .map(row -> new String(row.value(), StandardCharsets.ISO_8859_1))
                        .filter(entry -> entry.contains("dead-letters.replay")))
                .hasSize(4);
        whatAStoreRefusedComesBackToThatStoreAlone();
        assertThat(up.stop()).isZero();
    }

    /** The letter is made up: as if the warm sink had refused a reading that it has. So its replay is a second row of it. */
    private void whatAStoreRefusedComesBackToThatStoreAlone() throws Exception {
        String origin = Accounts.refuseAReading(up);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(warm().path("refused").asInt()).isEqualTo(1));
        int stored = warm().path("stored").asInt();

        String id = post("{\"topic\":\"sink.warm.dlq\"}").path("id").asText();
        await().atMost(LONG).until(() -> replay(id).path("state").asText().equals("done"));
        assertThat(post("{\"topic\":\"sink.warm.dlq\",\"dryRun\":true}")
                        .path("alreadyReplayed")
                        .asInt())
                .isEqualTo(1);
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(warm().path("refused").asInt()).isZero();
            assertThat(warm().path("stored").asInt()).isEqualTo(stored + 1);
        });
        await().atMost(LONG).untilAsserted(() -> {
            List<Stored> rows = new ArrayList<>(StoredMessages.inPostgres(up));
            rows.addAll(StoredMessages.inPostgres(up, "a.n"));
            assertThat(origins(rows)).filteredOn(origin::equals).hasSize(2);
        });
        assertThat(committed("telemetry.readings").stream()
                        .filter(row -> Headers.find(row.headers(), Headers.ORIGIN)
                                .orElse("")
                                .equals(origin)))
                .hasSize(1);
        assertThat(Accounts.agreed(up).path("balanced").asBoolean()).isTrue();
    }

    private JsonNode warm() throws Exception {
        for (JsonNode sink : up.api().get("/api/v1/reconcile").path("sinks")) {
            if (sink.path("name").asText().equals("warm")) {
                return sink;
            }
        }
        throw new AssertionError("no warm sink");
    }

    private JsonNode replayAll() throws Exception {
        String id = post("{\"rate\":1000}").path("id").asText();
        await().atMost(LONG).until(() -> replay(id).path("state").asText().equals("done"));
        // what it came to must be among the dead letters before the next one looks for it
        await().atMost(LONG)
                .until(() -> committed("telemetry.raw.dlq").stream()
                                .filter(row -> Headers.find(row.headers(), Headers.REPLAY)
                                        .orElse("")
                                        .equals(id))
                                .count()
                        == replay(id).path("replayed").asInt());
        return replay(id);
    }

    private void send(String device, String key, Stream<String> messages) throws Exception {
        String authorization =
                "Basic " + Base64.getEncoder().encodeToString((device + ":" + key).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + up.port(8080) + "/v1/telemetry"))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(messages.collect(Collectors.joining(",", "[", "]"))))
                .build();
        await().atMost(LONG)
                .until(() -> http.send(request, BodyHandlers.ofString()).statusCode() == 202);
    }

    private void awaitAccount(int stored, int deadLettered) {
        await().atMost(LONG).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            JsonNode account = Accounts.agreed(up);
            assertThat(account.path("balanced").asBoolean()).as("%s", account).isTrue();
            assertThat(account.path("pending").asInt()).isZero();
            assertThat(account.path("open").asInt()).isZero();
            assertThat(List.of(
                            account.path("accepted").asInt(),
                            account.path("stored").asInt(),
                            account.path("deadLettered").asInt()))
                    .containsExactly(stored + deadLettered, stored, deadLettered);
        });
    }

    private JsonNode post(String body) throws Exception {
        ObjectNode request = (ObjectNode) new ObjectMapper().readTree(body);
        return up.api().post("/api/v1/dead-letters:replay", request);
    }

    private JsonNode replay(String id) throws Exception {
        return up.api().get("/api/v1/dead-letters/replays/" + id);
    }

    private static Map<String, Integer> tallies(JsonNode report) {
        Map<String, Integer> tallies = new HashMap<>();
        report.path("outcomes")
                .forEach(each -> tallies.put(
                        each.path("outcome").asText() + " "
                                + each.path("reason").asText(),
                        each.path("letters").asInt()));
        return tallies;
    }

    private static List<String> origins(List<Stored> rows) {
        return rows.stream().map(row -> row.partition() + ":" + row.offset()).toList();
    }

    /** What a topic has by now. */
    private List<ConsumerRecord<String, byte[]>> committed(String topic) {
        List<ConsumerRecord<String, byte[]>> rows = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", "127.0.0.1:" + up.port(9092), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + LONG.toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                consumer.poll(Duration.ofMillis(100)).forEach(rows::add);
            }
        }
        return rows;
    }
}
