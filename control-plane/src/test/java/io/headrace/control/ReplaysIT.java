package io.headrace.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Topic;
import io.headrace.embedded.EmbeddedKafka;
import io.headrace.record.AuditEntry;
import io.headrace.testing.InMemorySchemaRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replays of dead letters that were written by hand, on a real broker; the processors are a server that knows one reason. */
class ReplaysIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final InMemorySchemaRegistry REGISTRY = new InMemorySchemaRegistry();
    private static final String REPLAY = "/api/v1/dead-letters:replay";
    private static Instant received;
    private static EmbeddedKafka broker;
    private static Path folder;
    private static HttpServer processors;

    @BeforeAll
    static void start(@TempDir Path temp) throws IOException {
        folder = temp;
        received = Instant.now().minus(Duration.ofDays(3));
        broker = EmbeddedKafka.start(temp.resolve("kafka"));
        processors = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        processors.createContext("/dry-run", exchange -> {
            JsonNode asked = new ObjectMapper().readTree(exchange.getRequestBody());
            List<String> verdicts = new ArrayList<>();
            asked.path("messages")
                    .forEach(message -> verdicts.add(
                            message.path("headers")
                                            .path("hr-message-id")
                                            .asText()
                                            .endsWith("0")
                                    ? "{\"outcome\":\"DEAD_LETTERED\",\"reason\":\"MALFORMED_JSON\",\"detail\":\"x\"}"
                                    : "{\"outcome\":\"STORED\",\"readings\":1}"));
            byte[] body = ("{\"duplicateWindowMs\":600000,\"verdicts\":[" + String.join(",", verdicts) + "]}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        processors.start();
    }

    @AfterAll
    static void stop() {
        processors.stop(0);
        broker.close();
    }

    @Test
    void aReplayThatIsInterruptedIsCarriedOnByTheNextControlPlaneAndBringsEachLetterBackOnceInOrder() throws Exception {
        int letters = 600;
        int rate = 150;
        String id;
        try (TestHub hub = hub("carry.")) {
            // Given letters of ten devices in both partitions, and one that names no message
            for (int i = 0; i < letters; i++) {
                letter(hub, i % 2, "d" + i % 10, i, Map.of());
            }
            hub.send(deadLetters(hub), 0, "d0", new byte[] {1}, Map.of(Headers.REASON, "TOO_DEEP"));

            // When
            TestHub.Reply begun = hub.call("POST", REPLAY, "{\"reason\":\"TOO_DEEP\",\"rate\":" + rate + "}");
            assertThat(begun.status()).isEqualTo(201);
            id = begun.json().path("id").asText();
            assertThat(begun.http().headers().firstValue("location")).contains("/api/v1/dead-letters/replays/" + id);
            await().atMost(LONG).until(() -> replay(hub, id).path("replayed").asInt() >= 100);
        }
        try (TestHub next = hub("carry.")) {
            await().atMost(LONG)
                    .until(() -> replay(next, id).path("state").asText().equals("done"));

            // Then
            JsonNode replay = replay(next, id);
            assertThat(replay.path("replayed").asInt()).isEqualTo(letters);
            assertThat(replay.path("notReplayable").asInt()).isEqualTo(1);
            assertThat(replay.path("left").asInt()).isZero();
            List<ConsumerRecord<String, byte[]>> replayed = committed(next, next.topics.replay());
            assertThat(replayed).hasSize(letters);
            assertThat(replayed.stream().map(ReplaysIT::origin).distinct()).hasSize(letters);
            assertThat(replayed).allSatisfy(row -> {
                assertThat(origin(row)).startsWith(row.partition() + ":");
                assertThat(header(row, Headers.REPLAYS)).isEqualTo("1");
                assertThat(header(row, Headers.REPLAY)).isEqualTo(id);
                assertThat(header(row, Headers.RECEIVED_AT)).isEqualTo("" + received.toEpochMilli());
                assertThat(row.timestamp()).isGreaterThan(received.toEpochMilli());
                assertThat(header(row, Headers.REASON)).isEqualTo("TOO_DEEP");
            });
            assertThat(replayed.stream().map(ConsumerRecord::key).distinct())
                    .allSatisfy(device -> assertThat(replayed.stream()
                                    .filter(row -> row.key().equals(device))
                                    .map(row -> Long.parseLong(origin(row).split(":", -1)[1])))
                            .isSorted());
            assertRate(replayed, rate);

            // When: the same once more
            String again = next.call("POST", REPLAY, "{}").json().path("id").asText();
            await().atMost(LONG)
                    .until(() -> replay(next, again).path("state").asText().equals("done"));

            // Then
            assertThat(replay(next, again).path("replayed").asInt()).isZero();
            assertThat(replay(next, again).path("alreadyReplayed").asInt()).isEqualTo(letters);
            assertThat(committed(next, next.topics.replay())).hasSize(letters);
            assertThat(next.read(next.topics.audit()))
                    .filteredOn(entry -> entry.getAction().equals("dead-letters.replay"))
                    .extracting(AuditEntry::getSubject)
                    .contains(id, again);
        }
    }

    /** No second has more than the rate, but for a chunk that its end cuts. */
    private static void assertRate(List<ConsumerRecord<String, byte[]>> rows, int rate) {
        List<Long> times = rows.stream().map(ConsumerRecord::timestamp).sorted().toList();
        for (int i = 0; i + rate + rate / 2 < times.size(); i++) {
            assertThat(times.get(i + rate + rate / 2) - times.get(i)).isGreaterThan(900);
        }
    }

    @Test
    void aDryRunSaysWhatWouldBecomeOfTheLettersAndChangesNothing() throws Exception {
        try (TestHub hub = hub("dry.")) {
            // Given: one resend among them, and one that was replayed as often as may be
            for (int i = 1; i <= 20; i++) {
                letter(hub, 0, "d1", i, Map.of());
            }
            letter(hub, 0, "d1", 21, Map.of(Headers.MESSAGE_ID, "m-7"));
            letter(hub, 0, "d1", 22, Map.of(Headers.REPLAYS, "3"));

            // When
            JsonNode report = hub.call("POST", REPLAY, "{\"dryRun\":true}").json();

            // Then
            assertThat(report.path("letters").asInt()).isEqualTo(21);
            assertThat(report.path("replayedTooOften").asInt()).isEqualTo(1);
            assertThat(report.path("complete").asBoolean()).isTrue();
            assertThat(tallies(report))
                    .isEqualTo(Map.of("STORED ", 18, "DEAD_LETTERED MALFORMED_JSON", 2, "DUPLICATE ", 1));
            assertThat(committed(hub, hub.topics.replay())).isEmpty();
            assertThat(hub.get("/api/v1/dead-letters/replays").json().path("replays"))
                    .isEmpty();
        }
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

    @Test
    void oneLetterAStretchOfTimeOrADeviceIsReplayedAloneAndAReplayCanBeEnded() throws Exception {
        try (TestHub hub = hub("some.")) {
            // Given
            for (int i = 0; i < 30; i++) {
                letter(hub, 1, "d" + i % 3, i, Map.of(Headers.RECEIVED_AT, Long.toString(1_000_000L + i)));
            }

            // When
            String one = begin(hub, "{\"partition\":1,\"offset\":4}");
            String time = begin(hub, "{\"from\":\"1970-01-01T00:16:40.010Z\",\"until\":\"1970-01-01T00:16:40.012Z\"}");
            String device = begin(hub, "{\"device\":\"d2\",\"maxReplays\":1}");
            await().atMost(LONG)
                    .until(() -> replay(hub, device).path("state").asText().equals("done"));

            // Then
            assertThat(replay(hub, one).path("replayed").asInt()).isEqualTo(1);
            assertThat(replay(hub, time).path("replayed").asInt()).isEqualTo(2);
            assertThat(replay(hub, device).path("replayed").asInt()).isEqualTo(9);
            assertThat(replay(hub, device).path("alreadyReplayed").asInt()).isEqualTo(1);
            assertThat(committed(hub, hub.topics.replay()).stream()
                            .limit(3)
                            .map(ReplaysIT::origin)
                            .toList())
                    .isEqualTo(List.of("1:4", "1:10", "1:11"));

            // When
            String slow = begin(hub, "{\"rate\":1}");
            await().atMost(LONG).until(() -> replay(hub, slow).path("replayed").asInt() > 0);
            TestHub.Reply ended = hub.call("POST", "/api/v1/dead-letters/replays/" + slow + ":cancel", null);

            // Then
            assertThat(ended.json().path("state").asText()).isEqualTo("cancelled");
            assertThat(ended.json().path("replayed").asInt()).isBetween(1, 17);
            assertThat(hub.call("POST", "/api/v1/dead-letters/replays/" + slow + ":cancel", null)
                            .status())
                    .isEqualTo(409);
        }
    }

    @Test
    void whatCantBeReplayedIsRefusedAndSaidWhy() throws Exception {
        try (TestHub hub = hub("refused.")) {
            // Given
            Map<String, Integer> refused = new HashMap<>(Map.of(
                    "{\"topic\":\"sink.webhook.dlq\"}", 400,
                    "{\"reason\":\"NO_SUCH\"}", 400,
                    "{\"from\":\"yesterday\"}", 400,
                    "{\"rate\":0}", 400,
                    "{\"maxReplays\":7}", 400,
                    "{\"offset\":1}", 400,
                    "{\"partition\":0,\"offset\":1}", 404,
                    "{\"partition\":9}", 404,
                    "{\"what\":1}", 400));

            // When // Then
            for (Map.Entry<String, Integer> each : refused.entrySet()) {
                TestHub.Reply reply = hub.call("POST", REPLAY, each.getKey());
                assertThat(reply.status()).as(each.getKey()).isEqualTo(each.getValue());
                assertThat(reply.json().path("detail").asText()).isNotEmpty();
            }
            assertThat(hub.call("POST", REPLAY, "{}", TestHub.VIEWER).status()).isEqualTo(403);
            assertThat(hub.get("/api/v1/dead-letters/replays/none").status()).isEqualTo(404);
            assertThat(hub.read(hub.topics.audit())).isEmpty();
        }
    }

    private static String begin(TestHub hub, String body) throws Exception {
        TestHub.Reply begun = hub.call("POST", REPLAY, body);
        assertThat(begun.status()).as("%s", begun.json()).isEqualTo(201);
        return begun.json().path("id").asText();
    }

    private static JsonNode replay(TestHub hub, String id) throws Exception {
        return hub.get("/api/v1/dead-letters/replays/" + id).json();
    }

    private static TestHub hub(String prefix) throws Exception {
        return new TestHub(
                broker.bootstrapServers(),
                prefix,
                folder,
                Map.of(
                        "control-plane.processors-url",
                        "http://127.0.0.1:" + processors.getAddress().getPort()),
                REGISTRY);
    }

    private static Topic<byte[]> deadLetters(TestHub hub) {
        return hub.topics.deadLetters(hub.topics.raw());
    }

    private static void letter(TestHub hub, int partition, String device, long number, Map<String, String> more)
            throws Exception {
        Map<String, String> headers = new HashMap<>(Map.of(
                Headers.REASON, "TOO_DEEP",
                Headers.ORIGIN, partition + ":" + number,
                Headers.MESSAGE_ID, "m-" + number));
        headers.putAll(more);
        hub.send(deadLetters(hub), partition, received.toEpochMilli(), device, new byte[] {1}, headers);
    }

    private static String origin(ConsumerRecord<String, byte[]> row) {
        return header(row, Headers.ORIGIN);
    }

    private static String header(ConsumerRecord<String, byte[]> row, String name) {
        return Headers.find(row.headers(), name).orElse("");
    }

    /** What is committed by now. */
    private static List<ConsumerRecord<String, byte[]>> committed(TestHub hub, Topic<?> topic) {
        List<ConsumerRecord<String, byte[]>> rows = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", hub.bootstrap, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(info -> new TopicPartition(topic.name(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + LONG.toNanos();
            while (!new HashSet<>(ends.entrySet())
                    .stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                consumer.poll(Duration.ofMillis(100)).forEach(rows::add);
            }
        }
        return rows;
    }
}
