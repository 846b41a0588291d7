package io.headrace.control.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.LedgerPage;
import io.headrace.catalogue.Outcome;
import io.headrace.control.reconcile.MessageTotals;
import io.headrace.control.reconcile.ReconcileConfig;
import io.headrace.control.reconcile.ReconcileReport.SinkTotals;
import io.headrace.control.reconcile.WindowRule;
import io.headrace.record.Clock;
import io.headrace.record.LedgerEntry;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import io.headrace.record.WindowKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AccountTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");
    private static final List<String> SINKS = List.of("warm");
    private static final ReconcileConfig CONFIG = new ReconcileConfig(
            Duration.ofSeconds(30),
            List.of(Duration.ofMinutes(1)),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofMinutes(1),
            100);

    private Account account = new Account(CONFIG, SINKS, Long.MIN_VALUE);
    private final byte[] codes = new byte[LedgerPage.SIZE];
    private Instant now = NOW;
    private long readingRecords;

    @Test
    void whatIsClosedIsCountedInItsMinuteAndLeavesNothingBehind() {
        // Given
        begin(4);
        partition().minutes().begin(29_538_600, 0);
        partition().minutes().begin(29_538_601, 2);
        outcomes(Outcome.STORED, Outcome.DEAD_LETTERED, Outcome.DUPLICATE, Outcome.EXPIRED);
        reading(0, 0, 0);
        partition().deadLetter(1, 0);

        // When
        endRound();

        // Then
        assertThat(account.tally().messages()).isEqualTo(new MessageTotals(4, 1, 1, 1, 1, 0, 0, 0));
        assertThat(MinuteView.of(account, 0, Long.MAX_VALUE))
                .extracting(MinuteView::accepted)
                .containsExactly(2L, 2L);
        assertThat(partition().unknownFrom()).isEqualTo(4);
    }

    @Test
    void aMessageWithoutAnOutcomeIsPendingWhileItIsYoungThenNamedAndNoMoreOnceItHasOne() {
        // Given
        account.begin(0, 0);
        partition().reaches(3, 2);
        outcomes(Outcome.EXPIRED);
        endRound();

        // When
        assertThat(named()).containsExactly("NO_OUTCOME 0:1");
        assertThat(account.tally().messages()).isEqualTo(new MessageTotals(3, 0, 0, 0, 1, 0, 1, 1));
        outcomes(Outcome.EXPIRED, Outcome.EXPIRED, Outcome.EXPIRED);
        endRound();

        // Then
        assertThat(named()).isEmpty();
        assertThat(account.tally().messages()).isEqualTo(new MessageTotals(3, 0, 0, 0, 3, 0, 0, 0));
    }

    @Test
    void evidenceThatIsMissingIsMissedAtTheEndOfASecondRoundAndForgivenWhenItComes() {
        // Given
        begin(3);
        outcomes(Outcome.STORED, Outcome.DEAD_LETTERED, Outcome.DUPLICATE);
        reading(2, 0, 0);

        // When
        endRound();
        assertThat(named()).isEmpty();
        endRound();

        // Then
        assertThat(named()).containsExactly("READING_MISSING 0:0", "DEAD_LETTER_MISSING 0:1", "READING_UNEXPECTED 0:2");

        // When
        reading(0, 0, 0);
        partition().deadLetter(1, 0);
        endRound();

        // Then
        assertThat(named()).containsExactly("READING_UNEXPECTED 0:2");
    }

    @Test
    void whatIsThereTwiceIsNamedAlsoWhereItsMessageWasClosedLongAgo() {
        // Given
        begin(2);
        outcomes(Outcome.STORED, Outcome.DEAD_LETTERED);
        reading(0, 0, 0);
        reading(0, 2, 0);
        partition().deadLetter(1, 0);
        endRound();

        // When
        reload();
        reading(0, 0, 0);
        partition().deadLetter(1, 0);
        partition().reading(0, new Origin(0, 7L, 0), false);

        // Then
        assertThat(named())
                .containsExactly(
                        "READING_INDEX_MISSING 0:0",
                        "READING_TWICE 0:0",
                        "DEAD_LETTER_TWICE 0:1",
                        "READING_WITHOUT_MESSAGE 0:7");
    }

    @Test
    void aReplayMovesAMessageAndNeedsItsEvidenceAndNothingElseMay() {
        // Given two dead letters and a quarantined message
        begin(3);
        outcomes(Outcome.DEAD_LETTERED, Outcome.QUARANTINED, Outcome.DEAD_LETTERED);
        for (int offset = 0; offset < 3; offset++) {
            partition().deadLetter(offset, 0);
        }
        endRound();
        reload();

        // When the first is stored, the second a dead letter again, and the third changes by itself
        partition().replay(0, 1, Outcome.DEAD_LETTERED);
        partition().replay(1, 1, Outcome.QUARANTINED);
        outcomes(Outcome.STORED, Outcome.DEAD_LETTERED, Outcome.STORED);
        partition().deadLetter(1, 1);
        partition().deadLetter(2, 1);
        endRound();
        endRound();

        // Then
        assertThat(account.tally().messages()).isEqualTo(new MessageTotals(3, 1, 2, 0, 0, 0, 0, 0));
        assertThat(named()).containsExactly("READING_MISSING 0:0", "DEAD_LETTER_UNEXPECTED 0:2");

        // When
        partition().reading(0, new Origin(0, 0L, 0), true);
        endRound();

        // Then
        assertThat(named()).containsExactly("DEAD_LETTER_UNEXPECTED 0:2");
    }

    @Test
    void valuesAreOwedUntilTheyAreCountedOrLateInWhateverOrderThatIsRead() {
        // Given
        begin(4);
        aggregate(0, 2, OptionalLong.empty());
        outcomes(Outcome.STORED, Outcome.STORED, Outcome.STORED, Outcome.STORED);
        reading(0, 0, 0);
        reading(1, 0, 1);
        endRound();
        assertThat(account.tally().values().windowed()).isEqualTo(2);

        // When one more is late, and one reopens the window
        reading(2, 0, 2);
        reading(3, 0, 3);
        account.windows().late(read(2, 0, 2), List.of(0));
        reload();
        aggregate(1, 3, OptionalLong.of(1));
        endRound();

        // Then
        var values = account.tally().values();
        assertThat(List.of(values.values(), values.windowed(), values.late(), values.open(), values.unwindowed()))
                .containsExactly(4L, 3L, 1L, 0L, 0L);
        assertThat(values.aggregates()).isEqualTo(1);
    }

    @Test
    void aValueThatAClosedWindowMissesIsLostAndOneTooManyIsToo() {
        // Given
        begin(2);
        outcomes(Outcome.STORED, Outcome.STORED);
        reading(0, 0, 0);
        reading(1, 0, 600);
        aggregate(0, 1, OptionalLong.empty());
        aggregate(0, 1, OptionalLong.of(1));

        // When
        endRound();
        assertThat(account.tally().faulty()).isEmpty();
        now = now.plusSeconds(60);
        endRound();

        // Then
        assertThat(account.tally().values().unwindowed()).isEqualTo(1);
        assertThat(account.tally().faulty())
                .extracting(each -> each.window().owed() + " " + each.window().surplus())
                .containsExactlyInAnyOrder("1 0", "0 1");
    }

    @Test
    void aSinkOwesWhatItHasNotCommittedAndIsOverdueAfterAWhile() {
        // Given
        begin(3);
        partition().minutes().begin(T0.getEpochSecond() / 60, 0);
        SinkAccount sink = account.sinks().getFirst();
        for (int offset = 0; offset < 3; offset++) {
            sink.owes("readings", 0, 10 + 300L * offset, partition().minutes().of(offset));
        }

        // When nobody runs it
        assertThat(sink().overdue()).isFalse();
        sink.committed("readings", 0, 5);

        // Then
        assertThat(sink()).extracting(SinkTotals::pending, SinkTotals::overdue).containsExactly(3L, true);

        // When it commits, having set one aside, of which it tells twice
        reload();
        sink = account.sinks().getFirst();
        sink.committed("readings", 0, 611);
        sink.refused("readings", 0, 10, partition().minutes().of(0));
        sink.refused("readings", 0, 10, partition().minutes().of(0));

        // Then
        assertThat(sink())
                .extracting(SinkTotals::owed, SinkTotals::stored, SinkTotals::refused, SinkTotals::pending)
                .containsExactly(3L, 2L, 1L, 0L);
        assertThat(sink().oldestPending()).isNull();
    }

    @Test
    void overAnyCutIntoRoundsAndRestartsOfAnyHistoryNothingIsMissed() {
        for (int seed = 0; seed < 200; seed++) {
            // Given a history, and which of its parts are lost
            Random random = new Random(seed);
            account = new Account(CONFIG, SINKS, Long.MIN_VALUE);
            java.util.Arrays.fill(codes, (byte) 0);
            int messages = 1 + random.nextInt(60);
            begin(messages);
            List<String> lost = new java.util.ArrayList<>();
            long[] expected = new long[6];
            for (int offset = 0; offset < messages; offset++) {
                Outcome outcome = Outcome.ofCode((byte) (1 + random.nextInt(5)));
                boolean isLost = random.nextInt(20) == 0;
                if (isLost && random.nextBoolean()) {
                    lost.add("NO_OUTCOME 0:" + offset);
                    expected[0]++;
                } else {
                    codes[offset] = outcome.code();
                    expected[outcome.code()]++;
                    if (isLost && outcome == Outcome.STORED) {
                        lost.add("READING_MISSING 0:" + offset);
                    } else if (isLost && outcome.isSetAside()) {
                        lost.add("DEAD_LETTER_MISSING 0:" + offset);
                    }
                    boolean evidence = !(isLost && (outcome == Outcome.STORED || outcome.isSetAside()));
                    if (evidence && outcome == Outcome.STORED) {
                        for (int index = 0; index <= random.nextInt(3); index++) {
                            reading(offset, index, offset);
                            maybeCut(random);
                        }
                    } else if (evidence && outcome.isSetAside()) {
                        partition().deadLetter(offset, 0);
                    }
                }
                if (random.nextInt(4) == 0) {
                    partition().page(new LedgerEntry(0, 0L, ByteBuffer.wrap(codes.clone())));
                    maybeCut(random);
                }
            }

            // When
            partition().page(new LedgerEntry(0, 0L, ByteBuffer.wrap(codes.clone())));
            endRound();
            endRound();

            // Then
            assertThat(named()).as("seed %s", seed).containsExactlyInAnyOrderElementsOf(lost);
            assertThat(account.tally().messages())
                    .as("seed %s", seed)
                    .isEqualTo(new MessageTotals(
                            messages, expected[1], expected[2], expected[3], expected[4], expected[5], 0, expected[0]));
        }
    }

    private void maybeCut(Random random) {
        if (random.nextInt(5) == 0) {
            reload();
        }
        if (random.nextInt(5) == 0) {
            // what is on its way is missed too early, and forgiven when it comes
            endRound();
        }
    }

    private void begin(long messages) {
        account.begin(0, 0).reaches(messages, messages);
    }

    private PartitionAccount partition() {
        return account.of(0).orElseThrow();
    }

    private void outcomes(Outcome... outcomes) {
        for (int i = 0; i < outcomes.length; i++) {
            codes[i] = outcomes[i].code();
        }
        partition().page(new LedgerEntry(0, 0L, ByteBuffer.wrap(codes.clone())));
    }

    private void reading(long offset, int index, int second) {
        Reading reading = read(offset, index, second);
        partition().reading(0, reading.getOrigin(), false);
        Minute minute = partition().minutes().of(offset);
        account.windows().reading(reading, WindowRule.micros(reading.getReceivedAt()), minute, 0, readingRecords++);
    }

    private static Reading read(long offset, int index, int second) {
        return Reading.newBuilder()
                .setDeviceId("d")
                .setObservedAt(T0.plusSeconds(second))
                .setReceivedAt(T0.plusSeconds(second))
                .setClock(Clock.DEVICE)
                .setOrigin(new Origin(0, offset, index))
                .setValues(new HashMap<>(Map.of("t", 1.0, "name", "x")))
                .build();
    }

    private void aggregate(int revision, long count, OptionalLong added) {
        WindowAggregate aggregate = new WindowAggregate();
        aggregate.setDeviceId("d");
        aggregate.setMetric("t");
        aggregate.setKind(WindowKind.TUMBLING);
        aggregate.setStart(T0);
        aggregate.setEnd(T0.plusSeconds(60));
        aggregate.setRevision(revision);
        aggregate.setCount(count);
        aggregate.setWindow("");
        account.windows().aggregate(aggregate, added);
    }

    private void endRound() {
        account.endRound(now);
    }

    /** As a restart does. */
    private void reload() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            account.write(new DataOutputStream(bytes));
            long end = partition().unknownUntil();
            account = Account.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), CONFIG, SINKS)
                    .orElseThrow();
            partition().reaches(end, end);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private SinkTotals sink() {
        return account.sinkTotals(account.tally(), NOW, Duration.ofMinutes(5)).getFirst();
    }

    private List<String> named() {
        return account.tally().problems().named().stream()
                .map(each -> each.kind() + " " + each.partition() + ":" + each.offset())
                .toList();
    }
}
