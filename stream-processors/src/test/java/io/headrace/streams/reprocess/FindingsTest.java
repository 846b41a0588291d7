package io.headrace.streams.reprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Sizing;
import io.headrace.catalogue.Topic;
import io.headrace.record.Anomaly;
import io.headrace.record.Origin;
import io.headrace.record.WindowAggregate;
import io.headrace.record.WindowKind;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.TopicSerdes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class FindingsTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final Catalogue catalogue = new Catalogue("", Sizing.STANDALONE);
    private final TopicSerdes serdes = new TopicSerdes(new InMemorySchemaRegistry());
    private final Range range =
            new Range(NOON, false, NOON, NOON.plus(Duration.ofHours(2)), NOON.plus(Duration.ofHours(3)));

    @Test
    void ofAWindowTheLastWordCountsAndNotHowOftenItWasSpoken() {
        // Given
        Findings live = new Findings(catalogue.aggregates(), serdes);
        Findings run = new Findings(catalogue.aggregates(), serdes);

        // When
        add(live, catalogue.aggregates(), window(10, 0, false, 3));
        add(live, catalogue.aggregates(), window(10, 1, false, 4));
        add(run, catalogue.aggregates(), window(10, 0, false, 4));
        add(run, catalogue.aggregates(), window(10, 1, true, 5));

        // Then
        TopicDifference difference = difference(live, run);
        assertThat(difference.same()).isEqualTo(1);
        assertThat(difference.isSame()).isTrue();
    }

    @Test
    void whatDiffersIsCountedByFieldAndShown() {
        // Given
        Findings live = new Findings(catalogue.aggregates(), serdes);
        Findings run = new Findings(catalogue.aggregates(), serdes);
        for (int minute = 10; minute < 30; minute++) {
            add(live, catalogue.aggregates(), window(minute, 0, false, 3));
            add(run, catalogue.aggregates(), window(minute + 5, 0, false, minute + 5 == 15 ? 3 : 4));
        }

        // When
        TopicDifference difference = difference(live, run);

        // Then: 15 to 29 are in both
        assertThat(difference)
                .extracting(
                        TopicDifference::same,
                        TopicDifference::added,
                        TopicDifference::removed,
                        TopicDifference::changed)
                .containsExactly(1L, 5L, 5L, 14L);
        assertThat(difference.fields()).isEqualTo(Map.of("count", 14L));
        assertThat(difference.examples()).hasSize(15);
        assertThat(difference.examples())
                .filteredOn(example -> example.way() == TopicDifference.Way.CHANGED)
                .allSatisfy(example -> {
                    assertThat(example.live()).isEqualTo(Map.of("count", "3"));
                    assertThat(example.shadow()).isEqualTo(Map.of("count", "4"));
                });
        assertThat(difference.isSame()).isFalse();
    }

    @Test
    void whatTheRunCouldntSeeOrTheLiveApplicationMayNotHaveDoneIsAnEdge() {
        // Given
        Findings live = new Findings(catalogue.aggregates(), serdes);
        Findings run = new Findings(catalogue.aggregates(), serdes);

        // When: it began before the run; it is received too late; it is still open in the live application
        add(live, catalogue.aggregates(), window(-1, 0, false, 3));
        add(run, catalogue.aggregates(), window(-1, 0, false, 1));
        add(live, catalogue.aggregates(), window(120, 0, false, 3));
        add(run, catalogue.aggregates(), window(119, 0, false, 1));

        // Then
        TopicDifference difference = difference(live, run);
        assertThat(difference.edge()).isEqualTo(3);
        assertThat(difference.isSame()).isTrue();
    }

    @Test
    void anAnomalyIsKnownByItsOnset() {
        // Given
        Findings live = new Findings(catalogue.anomalies(), serdes);
        Findings run = new Findings(catalogue.anomalies(), serdes);

        // When
        add(live, catalogue.anomalies(), anomaly(10, 0.7));
        add(live, catalogue.anomalies(), anomaly(11, 0.6));
        add(run, catalogue.anomalies(), anomaly(10, 0.8));

        // Then
        TopicDifference difference = difference(live, run);
        assertThat(difference.changed()).isEqualTo(1);
        assertThat(difference.fields()).containsOnlyKeys("score");
        assertThat(difference.removed()).isEqualTo(1);
    }

    @Test
    void aDeadLetterIsKnownByItsOrigin() {
        Findings live = new Findings(catalogue.deadLetters(catalogue.raw()), serdes);
        Findings run = new Findings(catalogue.deadLetters(catalogue.raw()), serdes);
        live.add(row(letter("MALFORMED_JSON"), new byte[] {1}, NOON));
        run.add(row(letter("TOO_DEEP"), new byte[] {1}, NOON));

        assertThat(difference(live, run).fields()).containsOnlyKeys("reason");
    }

    private TopicDifference difference(Findings live, Findings run) {
        TopicDifference.Tally tally = new TopicDifference.Tally();
        live.compare(run, range, tally);
        return tally.result("t", "t.x");
    }

    private <V extends SpecificRecord> void add(Findings findings, Topic<V> topic, V value) {
        Instant receivedAt = value instanceof WindowAggregate window ? window.getReceivedAt() : NOON;
        byte[] bytes = serdes.of(topic).serializer().serialize(topic.name(), value);
        findings.add(row(new RecordHeaders(), bytes, receivedAt));
    }

    private static ConsumerRecord<byte[], byte[]> row(RecordHeaders headers, byte[] value, Instant receivedAt) {
        byte[] key = "d1".getBytes(StandardCharsets.UTF_8);
        return new ConsumerRecord<>(
                "t",
                0,
                0,
                receivedAt.toEpochMilli(),
                TimestampType.CREATE_TIME,
                2,
                value.length,
                key,
                value,
                headers,
                Optional.empty());
    }

    private static RecordHeaders letter(String reason) {
        RecordHeaders headers = new RecordHeaders();
        Headers.set(headers, Headers.ORIGIN, "0:7");
        Headers.set(headers, Headers.REASON, reason);
        return headers;
    }

    private static WindowAggregate window(int minute, int revision, boolean provisional, long count) {
        Instant start = NOON.plus(Duration.ofMinutes(minute));
        return WindowAggregate.newBuilder()
                .setDeviceId("d1")
                .setMetric("m")
                .setKind(WindowKind.TUMBLING)
                .setStart(start)
                .setEnd(start.plusSeconds(60))
                .setRevision(revision)
                .setProvisional(provisional)
                .setCount(count)
                .setMin(1)
                .setMax(1)
                .setSum(1)
                .setMean(1)
                .setStddev(0)
                .setFirst(1)
                .setLast(1)
                .setP50(1)
                .setP95(1)
                .setP99(1)
                .setReceivedAt(start.plusSeconds(30))
                .build();
    }

    private static Anomaly anomaly(int minute, double score) {
        return Anomaly.newBuilder()
                .setDeviceId("d1")
                .setMetric("m")
                .setStart(NOON.plus(Duration.ofMinutes(minute)))
                .setReceivedAt(NOON)
                .setDetector("habit")
                .setScore(score)
                .setValue(1)
                .setExpected(null)
                .setReason("r")
                .setOrigin(new Origin(0, 1L, 0))
                .build();
    }
}
