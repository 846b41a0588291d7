package io.headrace.guarantee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Sizing;
import io.headrace.catalogue.Topic;
import io.headrace.guarantee.UpProcess.Libraries;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.registry.RegistryClient;
import io.headrace.registry.RegistryConfig;
import io.headrace.wire.AvroSerializer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cold tier in S3, with a server of that API in a process of its own; written by {@code up}, kept, queried and erased
 * from by the command line, freed of what routes keep for less, and read by Apache Spark. What each finds is held against what the devices have sent.
 *
 * <p>{@code ./mvnw -f testing/engines package} fetches Spark and the server; without them this is skipped.
 */
class EnginesIT {
    private static final Path ENGINES = Path.of(System.getProperty("headrace.root", "../.."), "testing/engines");
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Map<String, String> KEYS = Map.of(
            "AWS_ACCESS_KEY_ID", "a-key",
            "AWS_SECRET_ACCESS_KEY", "a-secret",
            "AWS_REGION", "us-east-1",
            "AWS_EC2_METADATA_DISABLED", "true");
    private static final int DEVICES = 4;
    private static final int EACH = 60;
    private static final String OF_EACH_DEVICE = "SELECT device_id, count(*), sum(%s), %s(min(observed_at)),"
            + " %s(max(observed_at)) FROM %s GROUP BY device_id ORDER BY device_id";

    @TempDir
    Path folder;

    private final Random random = new Random(11);
    private final Instant start = Instant.now().minus(30, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
    private final Map<String, String> keys = new HashMap<>();
    private final Map<String, Map<Instant, Double>> sent = new TreeMap<>();

    @Test
    void whatDevicesHaveSentIsWhatSparkAndDuckDbReadInS3() throws Exception {
        assumeTrue(Files.isDirectory(ENGINES.resolve("target/spark")), "./mvnw -f testing/engines package, first");
        try (S3Server s3 = S3Server.start(ENGINES.resolve("target/s3mock/s3mock-exec.jar"), folder)) {
            Libraries libraries = new Libraries(Optional.of(ENGINES.resolve("target/s3")), KEYS);
            UpProcess up = UpProcess.start(folder, libraries, settings(s3));
            try {
                Spark spark = new Spark(ENGINES, folder, catalog(s3, up.port(15_432)), KEYS);
                run(up, s3, spark);
                retain(up, s3, spark);
                assertThat(up.stop()).isZero();
            } finally {
                up.end();
            }
        }
    }

    private void run(UpProcess up, S3Server s3, Spark spark) throws Exception {
        // Given small files, some of them made into one, and the partitions changed by Spark
        for (int i = 0; i < DEVICES; i++) {
            keys.put("pump-" + i, up.newDevice("pump-" + i));
        }
        for (int round = 0; round < 3; round++) {
            sendAndAwait(up);
        }
        assertThat(up.run("cold", "compact", "--config", up.settings().toString()))
                .containsPattern("[3-9] files with " + 3 * DEVICES * EACH + " rows became [12]");
        spark.sql("ALTER TABLE headrace.headrace.readings REPLACE PARTITION FIELD received_at_day WITH"
                + " hours(received_at)");
        for (int round = 0; round < 2; round++) {
            sendAndAwait(up);
        }

        // When one of the devices is erased
        assertThat(up.run("device", "erase", "pump-2", "--yes", "--url", api(up)))
                .containsPattern("cold +" + 5 * EACH + " +0 +[2-9]");
        sent.remove("pump-2");

        // Then nothing is left in S3 of what was replaced, by erasing or by the compaction before
        requireRead(up, spark);
        List<String> files = spark.sql("SELECT file_path FROM headrace.headrace.readings.files")
                .getFirst();
        assertThat(s3.keys().stream().filter(key -> key.endsWith(".parquet")))
                .containsExactlyInAnyOrderElementsOf(files.stream()
                        .map(path -> path.replace("s3://" + S3Server.BUCKET + "/", ""))
                        .toList());

        // When what is left is kept
        up.run("cold", "compact", "--config", up.settings().toString());
        up.run("cold", "expire", "--config", up.settings().toString());
        up.run("cold", "orphans", "--config", up.settings().toString());

        // Then
        requireRead(up, spark);
    }

    private void retain(UpProcess up, S3Server s3, Spark spark) throws IOException, InterruptedException {
        // Given readings of two years ago, of routes that keep theirs for one year and for five
        sendOld(up, 0, "1y");
        sendOld(up, 1, "5y");
        String ofOld = "SELECT origin_offset FROM headrace.headrace.readings WHERE device_id = 'old' ORDER BY 1";
        await().atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(spark.sql(ofOld).getFirst()).containsExactly("0", "1"));
        assertThat(up.stop()).isZero();

        // When the control plane looks for what has expired, as it does once a day
        up.configure(settings(s3).replace("${postgres.port}", Integer.toString(up.port(15_432)))
                + "control-plane.erase.look-again = 1s\n");
        up.restart();

        // Then the first goes, and nothing else
        await().atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(spark.sql(ofOld).getFirst()).containsExactly("1"));
        assertThat(spark.sql(OF_EACH_DEVICE.formatted(
                                "numbers['t']",
                                "unix_micros",
                                "unix_micros",
                                "headrace.headrace.readings WHERE device_id <> 'old'"))
                        .getFirst())
                .isEqualTo(expected());
    }

    /** As the processors have it from a route, but for its age. */
    private static void sendOld(UpProcess up, long offset, String keep) {
        Topic<Reading> topic = new Catalogue("", Sizing.STANDALONE).readings();
        URI registry = URI.create("http://127.0.0.1:" + up.port(8081) + "/apis/ccompat/v7");
        Instant then = Instant.now().minus(730, ChronoUnit.DAYS).truncatedTo(ChronoUnit.MICROS);
        Reading reading = Reading.newBuilder()
                .setDeviceId("old")
                .setObservedAt(then)
                .setReceivedAt(then)
                .setClock(Clock.DEVICE)
                .setOrigin(new Origin(0, offset, 0))
                .setValues(Map.of("t", 1.0))
                .build();
        List<Header> marks = List.of(new RecordHeader(Headers.TIER_COLD, keep.getBytes(StandardCharsets.UTF_8)));
        try (var serializer = new AvroSerializer<>(topic, new RegistryClient(RegistryConfig.of(registry)));
                var producer = new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", "127.0.0.1:" + up.port(9092)),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            byte[] value = serializer.serialize(topic.name(), reading);
            producer.send(new ProducerRecord<>(topic.name(), null, null, "old", value, marks));
        }
    }

    private void requireRead(UpProcess up, Spark spark) throws IOException, InterruptedException {
        List<List<String>> found = spark.sql(
                OF_EACH_DEVICE.formatted("numbers['t']", "unix_micros", "unix_micros", "headrace.headrace.readings"),
                "SELECT count(DISTINCT spec_id) FROM headrace.headrace.readings.files",
                "SELECT count(*) FROM headrace.headrace.readings WHERE device_id = 'pump-2'");
        assertThat(found.get(0)).isEqualTo(expected());
        assertThat(found.get(1)).as("days and hours").containsExactly("2");
        assertThat(found.get(2)).containsExactly("0");
        for (String tier : List.of("cold", "warm", "both")) {
            assertThat(query(up, tier)).as(tier).isEqualTo(expected());
        }
    }

    private static String settings(S3Server s3) {
        return catalog(s3, 0).entrySet().stream()
                        .map(setting -> "connect.cold.catalog." + setting.getKey() + " = "
                                + setting.getValue().replace(":0/", ":${postgres.port}/"))
                        .collect(Collectors.joining("\n"))
                + """

                connect.cold.upkeep.interval = 0s
                connect.cold.upkeep.least-files = 2
                connect.cold.upkeep.keep-snapshots = 0s
                """;
    }

    private static Map<String, String> catalog(S3Server s3, int postgres) {
        return Map.of(
                "type", "jdbc",
                "uri", "jdbc:postgresql://127.0.0.1:" + postgres + "/headrace?currentSchema=iceberg",
                "jdbc.user", "headrace",
                "jdbc.schema-version", "V1",
                "warehouse", "s3://" + S3Server.BUCKET + "/cold",
                "io-impl", "org.apache.iceberg.aws.s3.S3FileIO",
                "s3.endpoint", s3.endpoint().toString(),
                "s3.path-style-access", "true");
    }

    private static String api(UpProcess up) {
        return "http://127.0.0.1:" + up.port(8090);
    }

    /** Old times in any order, from each device; then waits until they are in S3. */
    private void sendAndAwait(UpProcess up) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (Map.Entry<String, String> device : keys.entrySet()) {
                List<String> messages = new ArrayList<>();
                Map<Instant, Double> all = sent.computeIfAbsent(device.getKey(), id -> new TreeMap<>());
                for (int i = 0; i < EACH; i++) {
                    Instant time = start.plusMillis(60_000L * all.size() + random.nextInt(60_000));
                    double value = random.nextInt(1_000);
                    all.put(time, value);
                    messages.add("{\"ts\": %d, \"values\": {\"t\": %s}}".formatted(time.toEpochMilli(), value));
                }
                Collections.shuffle(messages, random);
                String basic = Base64.getEncoder()
                        .encodeToString((device.getKey() + ":" + device.getValue()).getBytes(StandardCharsets.UTF_8));
                HttpRequest post = HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + up.port(8080) + "/v1/telemetry"))
                        .header("Authorization", "Basic " + basic)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(messages.toString()))
                        .timeout(Duration.ofSeconds(30))
                        .build();
                assertThat(http.send(post, BodyHandlers.ofString()).statusCode())
                        .isEqualTo(202);
            }
        }
        await().atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .ignoreException(IllegalStateException.class) // before the table is there
                .untilAsserted(() -> {
                    assertThat(query(up, "cold")).isEqualTo(expected());
                });
    }

    private List<String> expected() {
        return sent.entrySet().stream()
                .map(device -> {
                    List<Instant> times =
                            device.getValue().keySet().stream().sorted().toList();
                    double sum = device.getValue().values().stream()
                            .mapToDouble(Double::doubleValue)
                            .sum();
                    return device.getKey() + "|" + times.size() + "|" + sum + "|"
                            + ChronoUnit.MICROS.between(Instant.EPOCH, times.getFirst()) + "|"
                            + ChronoUnit.MICROS.between(Instant.EPOCH, times.getLast());
                })
                .toList();
    }

    private static List<String> query(UpProcess up, String tier) throws IOException, InterruptedException {
        String sql = OF_EACH_DEVICE.formatted("value", "epoch_us", "epoch_us", "readings");
        String csv = up.run("query", sql, "--tier", tier, "--output", "csv", "--url", api(up));
        return csv.lines()
                .filter(line -> line.startsWith("pump-"))
                .map(line -> line.replace(',', '|'))
                .toList();
    }
}
