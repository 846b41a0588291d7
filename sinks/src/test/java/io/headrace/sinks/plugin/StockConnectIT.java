package io.headrace.sinks.plugin;

import static io.headrace.sinks.SinkRecords.CATALOGUE;
import static io.headrace.sinks.SinkRecords.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Reason;
import io.headrace.embedded.ConnectProcess;
import io.headrace.embedded.ConnectProcess.Launch;
import io.headrace.record.ActionEvent;
import io.headrace.record.Notification;
import io.headrace.record.NotificationChannel;
import io.headrace.record.Origin;
import io.headrace.record.Severity;
import io.headrace.sinks.ConnectRig;
import io.headrace.sinks.SinkRecords;
import io.headrace.sinks.cold.ColdCatalog;
import io.headrace.sinks.cold.ColdTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The zip, unpacked under the {@code plugin.path} of a worker that is Apache's alone: its libraries, in a process of
 * its own, on Java 17 where the machine has it.
 */
class StockConnectIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    static Path folder;

    private static ConnectRig rig;
    private static ConnectProcess worker;
    private static ColdCatalog catalog;

    @BeforeAll
    static void start() throws Exception {
        PluginZip.unpack(folder.resolve("plugins"));
        rig = ConnectRig.withoutWorker(folder);
        catalog = new ColdCatalog(rig.jdbcUrl(), Optional.empty(), Optional.empty(), folder.resolve("warehouse"));
        Launch launch = new Launch(
                java(),
                List.of("-Xmx512m", "-XX:+UseSerialGC"),
                PluginZip.ROOT.resolve("testing/stock-connect/target/lib"),
                folder.resolve("plugins"),
                folder.resolve("worker"));
        worker = ConnectProcess.start(rig.bootstrapServers(), launch, Map.of("offset.flush.interval.ms", "1000"));
    }

    /** Java 17, the oldest that Connect 4 runs on; our own where there is none. */
    private static Path java() throws IOException {
        Path all = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(all)) {
            try (Stream<Path> homes = Files.list(all)) {
                Optional<Path> home = homes.filter(StockConnectIT::isJava17).findFirst();
                if (home.isPresent()) {
                    return home.get().resolve("bin/java");
                }
            }
        }
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    private static boolean isJava17(Path home) {
        try {
            return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"17");
        } catch (IOException notAHome) {
            return false;
        }
    }

    @AfterAll
    static void stop() {
        worker.close();
        rig.close();
    }

    private static Map<String, String> template(String name) throws IOException {
        return rig.template(
                name,
                Map.ofEntries(
                        Map.entry("warm.tasks", "2"),
                        Map.entry("warm.partition-width", "day"),
                        Map.entry("warm.retention-days", "0"),
                        Map.entry("cold.tasks", "1"),
                        Map.entry("cold.catalog-uri", catalog.uri()),
                        Map.entry("cold.warehouse", catalog.warehouse().toString()),
                        Map.entry("cold.commit-interval-ms", "1000"),
                        Map.entry("webhook.name", "ops"),
                        Map.entry("webhook.topic", CATALOGUE.notifications().name()),
                        Map.entry("email.host", "127.0.0.1"),
                        Map.entry("email.sender", "Headrace <headrace@x.example>"),
                        Map.entry("webhook.url", "https://hooks.example/x")));
    }

    @Test
    void everyPlugInIsFoundWithItsVersion() {
        Map<String, String> plugins = worker.rest().plugins();

        assertThat(ReferenceTest.plugins())
                .hasSizeGreaterThanOrEqualTo(5)
                .allSatisfy(plugin ->
                        assertThat(plugins.get(plugin.name())).as(plugin.name()).matches("\\d+\\.\\d+\\.\\d+.*"));
    }

    @Test
    void theTemplatesHaveNoFault() throws IOException {
        for (String name : List.of("warm", "cold", "webhook", "email")) {
            Map<String, String> config = template(name);

            assertThat(faults(config)).as(name).isEmpty();
        }
    }

    @Test
    void everyWrongSettingIsNamedByItsKey() throws IOException {
        // Given
        Map<String, String> warm = template("warm");
        warm.putAll(Map.of(
                "connection.url", "jdbc:mysql://h/d",
                "retention.days", "many",
                "value.converter.registry.timeout.ms", "1",
                "errors.tolerance", "some"));
        Map<String, String> together = template("warm");
        together.putAll(Map.of("retry.backoff.ms", "5000", "retry.backoff.max.ms", "50", "errors.retry.timeout", "0"));
        together.remove("errors.deadletterqueue.topic.name");
        Map<String, String> webhook = template("webhook");
        webhook.putAll(Map.of("target.url", "http://hooks.example", "header.Host", "x"));

        // When, Then
        assertThat(faults(warm))
                .containsOnlyKeys(
                        "connection.url", "retention.days", "value.converter.registry.timeout.ms", "errors.tolerance");
        assertThat(faults(together))
                .containsOnlyKeys("retry.backoff.max.ms", "errors.retry.timeout", "errors.deadletterqueue.topic.name");
        assertThat(faults(webhook)).containsOnlyKeys("target.url", "header.Host");
    }

    private static Map<String, String> faults(Map<String, String> config) {
        String type = config.getOrDefault("connector.class", "");
        return worker.rest().faults(type.substring(type.lastIndexOf('.') + 1), config);
    }

    @Test
    void warmAndColdStoreWhatIsTheirsAndPoisonIsDeadAlone() throws IOException {
        // Given
        worker.rest().put("warm", template("warm"));
        worker.rest().put("cold", template("cold"));
        String readings = CATALOGUE.readings().name();
        rig.send(readings, "garbage", "no avro".getBytes(StandardCharsets.UTF_8), Headers.TIER_WARM);
        for (int i = 0; i < 300; i++) {
            rig.send(
                    CATALOGUE.readings(),
                    "d" + i % 10,
                    SinkRecords.reading("d" + i % 10, NOON, i, Map.of("m", (double) i)),
                    i % 3 == 0 ? Headers.TIER_COLD : Headers.TIER_WARM);
        }

        // When
        rig.flush();

        // Then
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(
                                rig.row("SELECT count(*), count(DISTINCT origin_offset) FROM headrace.readings"))
                        .isEqualTo("200|200"));
        assertThat(rig.read(CATALOGUE.sinkDeadLetters("warm").name()))
                .isNotEmpty()
                .allMatch(letter -> new String(letter.key(), StandardCharsets.UTF_8).equals("garbage"));
        await().atMost(LIMIT)
                .until(() -> !rig.row("SELECT 1 FROM iceberg.iceberg_tables").isEmpty()
                        && ColdTable.contents(catalog).rows() == 100);
        assertThat(worker.rest().status("warm")).isEqualTo("RUNNING");
        assertThat(worker.rest().status("cold")).isEqualTo("RUNNING");
    }

    @Test
    void notificationsThatAreMarkedForItGoOutByMailAndWhatCantIsDeadAlone() throws Exception {
        // Given
        GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        try {
            Map<String, String> config = template("email");
            config.putAll(Map.of(
                    "smtp.port", Integer.toString(mail.getSmtp().getPort()),
                    "smtp.security", "none",
                    "consumer.override.auto.offset.reset", "earliest"));
            worker.rest().put("email", config);

            // When
            String mark = Headers.SINK_PREFIX + "email";
            rig.send(CATALOGUE.notifications(), "d1", notification(1, "a@x.example"), mark);
            rig.send(
                    CATALOGUE.notifications(), "d2", notification(2, "b@x.example"), Headers.SINK_PREFIX + "webhook-x");
            rig.send(CATALOGUE.notifications(), "d3", notification(3, "c@x.example\r\nBcc: d@x.example"), mark);
            rig.send(CATALOGUE.notifications(), "d4", notification(4, "e@x.example"), mark);
            rig.flush();

            // Then
            await().atMost(LIMIT).until(() -> mail.getReceivedMessages().length >= 2);
            assertThat(mail.getReceivedMessages())
                    .extracting(each -> each.getAllRecipients()[0].toString())
                    .containsExactlyInAnyOrder("a@x.example", "e@x.example");
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(
                                    rig.read(CATALOGUE.sinkDeadLetters("email").name()))
                            .singleElement()
                            .satisfies(letter -> assertThat(Headers.findReason(letter.headers()))
                                    .contains(Reason.UNEXPECTED_SHAPE)));
            assertThat(worker.rest().status("email")).isEqualTo("RUNNING");
        } finally {
            mail.stop();
        }
    }

    private static Notification notification(int number, String address) {
        return Notification.newBuilder()
                .setId("hot:raised:" + number)
                .setChannel(NotificationChannel.EMAIL)
                .setTarget(address)
                .setState(ActionEvent.RAISED)
                .setAlertId("hot/d" + number + "/1")
                .setDeviceId("d" + number)
                .setRuleId("hot")
                .setSeverity(Severity.CRITICAL)
                .setMessage("temperature is 93.2, above 80")
                .setRaisedAt(NOON)
                .setReceivedAt(NOON)
                .setOrigin(new Origin(0, 1L, 0))
                .setCreatedAt(NOON)
                .build();
    }
}
