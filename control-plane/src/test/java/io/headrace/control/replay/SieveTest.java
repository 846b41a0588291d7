package io.headrace.control.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Erased;
import io.headrace.catalogue.Headers;
import io.headrace.control.replay.Sieve.Fate;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class SieveTest {
    private static final Instant RECEIVED = Instant.parse("2026-01-01T12:00:00Z");
    private static final Selection ALL =
            new Selection(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private static final Lane RAW = new Lane("telemetry.raw.dlq", "telemetry.replay", "telemetry.raw", false);
    private static final Lane WARM = new Lane("sink.warm.dlq", "sink.warm.replay", "telemetry.readings", true);

    private final Attempts attempts = new Attempts();

    @Test
    void whatASinkRefusedGoesBackToItAloneAndIsKnownByWhereItFirstStood() {
        // Given a letter, told twice by a worker that died, and the letter that its replay came to
        Sieve sieve = new Sieve(ALL, 3, attempts, new Erased());
        String[] first = {
            "__connect.errors.topic",
            "telemetry.readings",
            "__connect.errors.partition",
            "2",
            "__connect.errors.offset",
            "17",
            "__connect.errors.exception.message",
            "REJECTED_BY_TARGET: no",
            Headers.TIER_WARM,
            "1",
            Headers.ORIGIN,
            "2:9"
        };
        Letter letter = letter(WARM, "d1", first);

        // When
        assertThat(sieve.fateOf(letter)).isEqualTo(Fate.TAKEN);
        ProducerRecord<byte[], byte[]> row = letter.toReplay("r1", 4_711);

        // Then
        assertThat(sieve.fateOf(letter(WARM, "d1", first))).isEqualTo(Fate.ALREADY_REPLAYED);
        assertThat(row.topic()).isEqualTo("sink.warm.replay");
        assertThat(row.partition()).isEqualTo(2);
        assertThat(row.headers())
                .extracting(Header::key)
                .containsExactlyInAnyOrder(
                        Headers.TIER_WARM,
                        Headers.ORIGIN,
                        Headers.REPLAYS,
                        Headers.REPLAY,
                        Headers.RECEIVED_AT,
                        Headers.SOURCE);
        Letter again = letter(
                WARM,
                "d1",
                "__connect.errors.topic",
                "sink.warm.replay",
                "__connect.errors.partition",
                "2",
                "__connect.errors.offset",
                "0",
                Headers.REPLAYS,
                "1",
                Headers.SOURCE,
                Headers.find(row.headers(), Headers.SOURCE).orElseThrow());
        assertThat(again.place()).contains(new Place("telemetry.readings", 2, 17));
        assertThat(sieve.fateOf(again)).isEqualTo(Fate.TAKEN);
        assertThat(sieve.fateOf(letter(WARM, "d1", Headers.ORIGIN, "2:9"))).isEqualTo(Fate.NOT_REPLAYABLE);
    }

    @Test
    void aLetterIsTakenOnceAndItsSuccessorUntilItWasReplayedOftenEnough() {
        // Given
        Sieve sieve = new Sieve(ALL, 3, attempts, new Erased());

        // When
        List<Fate> fates = Stream.of(0, 0, 1, 1, 2, 3, 0)
                .map(replays -> sieve.fateOf(letter("d1", Headers.ORIGIN, "1:70000", Headers.REPLAYS, "" + replays)))
                .toList();

        // Then
        assertThat(fates)
                .containsExactly(
                        Fate.TAKEN,
                        Fate.ALREADY_REPLAYED,
                        Fate.TAKEN,
                        Fate.ALREADY_REPLAYED,
                        Fate.TAKEN,
                        Fate.REPLAYED_TOO_OFTEN,
                        Fate.ALREADY_REPLAYED);
        assertThat(attempts.of(new Place("", 1, 70_000))).isEqualTo(3);
        assertThat(attempts.of(new Place("", 0, 70_000))).isZero();
    }

    @Test
    void onlyWhatIsMeantIsTaken() {
        // Given
        Sieve sieve = new Sieve(
                new Selection(
                        Optional.of("TOO_DEEP"),
                        Optional.of("d1"),
                        Optional.of(RECEIVED),
                        Optional.of(RECEIVED.plusSeconds(1))),
                3,
                attempts,
                new Erased());

        // When // Then
        assertThat(sieve.fateOf(letter("d1", Headers.ORIGIN, "0:1", Headers.REASON, "TOO_DEEP")))
                .isEqualTo(Fate.TAKEN);
        assertThat(sieve.fateOf(letter("d2", Headers.ORIGIN, "0:2", Headers.REASON, "TOO_DEEP")))
                .isEqualTo(Fate.NOT_MEANT);
        assertThat(sieve.fateOf(letter("d1", Headers.ORIGIN, "0:3", Headers.REASON, "MALFORMED_JSON")))
                .isEqualTo(Fate.NOT_MEANT);
        assertThat(sieve.fateOf(receivedAt(RECEIVED.plusSeconds(1)))).isEqualTo(Fate.NOT_MEANT);
        assertThat(sieve.fateOf(receivedAt(RECEIVED.minusMillis(1)))).isEqualTo(Fate.NOT_MEANT);
        assertThat(sieve.fateOf(receivedAt(RECEIVED.plusMillis(999)))).isEqualTo(Fate.TAKEN);
    }

    private static Letter receivedAt(Instant time) {
        return letter(
                "d1",
                Headers.ORIGIN,
                "0:9",
                Headers.REASON,
                "TOO_DEEP",
                Headers.RECEIVED_AT,
                Long.toString(time.toEpochMilli()));
    }

    @Test
    void whatNamesNoMessageOrHasNotAllOfItsBytesStays() {
        // Given
        Sieve sieve = new Sieve(ALL, 3, attempts, new Erased());

        // When // Then
        assertThat(sieve.fateOf(letter("d1"))).isEqualTo(Fate.NOT_REPLAYABLE);
        assertThat(sieve.fateOf(letter("d1", Headers.ORIGIN, "somewhere"))).isEqualTo(Fate.NOT_REPLAYABLE);
        assertThat(sieve.fateOf(letter("d1", Headers.ORIGIN, "0:1", Headers.CUT, "4194304")))
                .isEqualTo(Fate.NOT_REPLAYABLE);
    }

    @Test
    void aReplayedRecordIsTheMessageInThePartitionOfItsOriginAndOnlyItsReasonSaysThatItWasALetter() {
        // Given
        Letter letter = letter(
                "d1",
                Headers.CONTENT_TYPE,
                "application/json",
                Headers.ORIGIN,
                "5:17",
                Headers.REASON,
                "TOO_DEEP",
                Headers.DETAIL,
                "x",
                Headers.STAGE,
                "normalize",
                "__streams.errors.topic",
                "t");

        // When
        ProducerRecord<byte[], byte[]> row = letter.toReplay("r1", 4_711);

        // Then
        assertThat(row.partition()).isEqualTo(5);
        assertThat(row.timestamp()).isEqualTo(4_711);
        assertThat(row.key()).asString(StandardCharsets.UTF_8).isEqualTo("d1");
        assertThat(row.value()).isEqualTo(new byte[] {7});
        assertThat(row.headers())
                .extracting(Header::key)
                .containsExactlyInAnyOrder(
                        Headers.CONTENT_TYPE,
                        Headers.ORIGIN,
                        Headers.REASON,
                        Headers.REPLAYS,
                        Headers.REPLAY,
                        Headers.RECEIVED_AT);
        assertThat(Headers.find(row.headers(), Headers.REPLAYS)).contains("1");
        assertThat(Headers.find(row.headers(), Headers.RECEIVED_AT)).contains("" + RECEIVED.toEpochMilli());
    }

    static Letter letter(String device, String... headers) {
        return letter(RAW, device, headers);
    }

    private static Letter letter(Lane lane, String device, String... headers) {
        RecordHeaders all = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            Headers.set(all, headers[i], headers[i + 1]);
        }
        return Letter.of(
                lane,
                new ConsumerRecord<>(
                        lane.letters(),
                        0,
                        3,
                        RECEIVED.toEpochMilli(),
                        TimestampType.CREATE_TIME,
                        2,
                        1,
                        device.getBytes(StandardCharsets.UTF_8),
                        new byte[] {7},
                        all,
                        Optional.empty()));
    }
}
