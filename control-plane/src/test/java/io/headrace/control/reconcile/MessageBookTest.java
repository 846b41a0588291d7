package io.headrace.control.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Outcome;
import io.headrace.control.reconcile.MessageBook.Age;
import io.headrace.control.reconcile.Problems.Problem;
import io.headrace.record.LedgerEntry;
import io.headrace.record.Origin;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MessageBookTest {
    private static final int P = 0;
    private final Problems problems = new Problems(10);
    private final MessageBook book = new MessageBook(Map.of(P, 10L), problems);

    @Test
    void messagesWithOneOutcomeEachAndItsEvidenceAddUp() {
        // Given
        ledger(book, Outcome.STORED, Outcome.DEAD_LETTERED, Outcome.DUPLICATE, Outcome.EXPIRED, Outcome.QUARANTINED);
        reading(book, 0, 0);
        reading(book, 0, 1);
        book.deadLetter(new Origin(P, 1L, 0), 0);
        book.deadLetter(new Origin(P, 4L, 0), 0);
        messages(book, 5);

        // When
        MessageTotals totals = book.close(Map.of(P, 0L));

        // Then
        assertThat(totals).isEqualTo(new MessageTotals(5, 1, 1, 1, 1, 1, 0, 0));
        assertThat(problems.total()).isZero();
    }

    /** Each fault by itself: what was fed in, what is found, at which offset. */
    static Stream<Arguments> faults() {
        return Stream.of(
                fault("a message that the ledger doesn't know", Fault.NO_OUTCOME, 0, book -> messages(book, 1)),
                fault("a stored message without a reading", Fault.READING_MISSING, 0, book -> {
                    ledger(book, Outcome.STORED);
                    messages(book, 1);
                }),
                fault("the same reading twice in a row", Fault.READING_TWICE, 0, book -> {
                    ledger(book, Outcome.STORED);
                    reading(book, 0, 0);
                    reading(book, 0, 0);
                    messages(book, 1);
                }),
                fault("the same reading again after another message", Fault.READING_TWICE, 0, book -> {
                    ledger(book, Outcome.STORED, Outcome.STORED);
                    reading(book, 0, 0);
                    reading(book, 1, 0);
                    reading(book, 0, 0);
                    messages(book, 2);
                }),
                fault("the same reading in another partition", Fault.READING_TWICE, 0, book -> {
                    ledger(book, Outcome.STORED);
                    reading(book, 0, 0);
                    book.reading(1, new Origin(P, 0L, 0));
                    messages(book, 1);
                }),
                fault("a reading missing among several", Fault.READING_INDEX_MISSING, 0, book -> {
                    ledger(book, Outcome.STORED);
                    reading(book, 0, 0);
                    reading(book, 0, 2);
                    messages(book, 1);
                }),
                fault("the first of several missing", Fault.READING_INDEX_MISSING, 0, book -> {
                    ledger(book, Outcome.STORED);
                    reading(book, 0, 1);
                    messages(book, 1);
                }),
                fault("a reading of a duplicate", Fault.READING_UNEXPECTED, 0, book -> {
                    ledger(book, Outcome.DUPLICATE);
                    reading(book, 0, 0);
                    messages(book, 1);
                }),
                fault("a reading of what is no message", Fault.READING_WITHOUT_MESSAGE, 1, book -> {
                    ledger(book, Outcome.STORED);
                    reading(book, 0, 0);
                    reading(book, 1, 0);
                    messages(book, 1);
                }),
                fault("a dead-lettered message without dead letter", Fault.DEAD_LETTER_MISSING, 0, book -> {
                    ledger(book, Outcome.DEAD_LETTERED);
                    messages(book, 1);
                }),
                fault("a quarantined message without dead letter", Fault.DEAD_LETTER_MISSING, 0, book -> {
                    ledger(book, Outcome.QUARANTINED);
                    messages(book, 1);
                }),
                fault("two dead letters of one message", Fault.DEAD_LETTER_TWICE, 0, book -> {
                    ledger(book, Outcome.DEAD_LETTERED);
                    book.deadLetter(new Origin(P, 0L, 0), 0);
                    book.deadLetter(new Origin(P, 0L, 0), 0);
                    messages(book, 1);
                }),
                fault("a dead letter of a stored message", Fault.DEAD_LETTER_UNEXPECTED, 0, book -> {
                    ledger(book, Outcome.STORED);
                    reading(book, 0, 0);
                    book.deadLetter(new Origin(P, 0L, 0), 0);
                    messages(book, 1);
                }),
                fault("a dead letter of what is no message", Fault.DEAD_LETTER_WITHOUT_MESSAGE, 3, book -> {
                    book.deadLetter(new Origin(P, 3L, 0), 0);
                }),
                fault("an outcome of what is no message", Fault.OUTCOME_WITHOUT_MESSAGE, 0, book -> {
                    ledger(book, Outcome.DUPLICATE);
                }),
                fault("an outcome that changes", Fault.OUTCOME_CHANGED, 0, book -> {
                    ledger(book, Outcome.STORED);
                    ledger(book, Outcome.DUPLICATE);
                    messages(book, 1);
                }),
                fault("a dead letter that is stored without a replay", Fault.OUTCOME_CHANGED, 0, book -> {
                    ledger(book, Outcome.DEAD_LETTERED);
                    ledger(book, Outcome.EXPIRED);
                    messages(book, 1);
                }),
                fault("a replay that changes what was stored", Fault.OUTCOME_CHANGED, 0, book -> {
                    ledger(book, Outcome.STORED);
                    ledger(book, Outcome.DUPLICATE);
                    book.replay(new Origin(P, 0L, 0), 1);
                    messages(book, 1);
                }),
                fault("a dead letter that is brought back twice", Fault.REPLAYED_TWICE, 0, book -> {
                    ledger(book, Outcome.DEAD_LETTERED);
                    book.deadLetter(new Origin(P, 0L, 0), 0);
                    book.replay(new Origin(P, 0L, 0), 1);
                    book.replay(new Origin(P, 0L, 0), 1);
                    messages(book, 1);
                }),
                fault("two dead letters of one replay", Fault.DEAD_LETTER_TWICE, 0, book -> {
                    ledger(book, Outcome.DEAD_LETTERED);
                    book.deadLetter(new Origin(P, 0L, 0), 1);
                    book.deadLetter(new Origin(P, 0L, 0), 1);
                    book.replay(new Origin(P, 0L, 0), 1);
                    messages(book, 1);
                }),
                fault("a dead letter of a replay that wasn't", Fault.DEAD_LETTER_UNEXPECTED, 0, book -> {
                    ledger(book, Outcome.DEAD_LETTERED);
                    book.deadLetter(new Origin(P, 0L, 0), 0);
                    book.deadLetter(new Origin(P, 0L, 0), 2);
                    book.replay(new Origin(P, 0L, 0), 1);
                    messages(book, 1);
                }),
                fault("a replayed message that is stored twice", Fault.READING_TWICE, 0, book -> {
                    ledger(book, Outcome.STORED);
                    reading(book, 0, 0);
                    reading(book, 0, 0);
                    book.deadLetter(new Origin(P, 0L, 0), 0);
                    book.replay(new Origin(P, 0L, 0), 1);
                    messages(book, 1);
                }),
                fault("a code that no outcome has", Fault.OUTCOME_UNKNOWN, 0, book -> {
                    book.settled(new LedgerEntry(P, 0L, ByteBuffer.wrap(new byte[] {99})));
                    messages(book, 1);
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void eachFaultIsFoundAndNamed(String name, Fault fault, long offset, Consumer<MessageBook> feed) {
        // Given
        feed.accept(book);

        // When
        book.close(Map.of(P, 0L));

        // Then
        assertThat(problems.named())
                .extracting(Problem::kind, Problem::partition, Problem::offset)
                .as(name)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(fault.name(), P, offset));
    }

    @Test
    void whatAReplayCameToAddsUpWhateverItIs() {
        // Given three dead letters, brought back: one is stored, one is a dead letter again and stored after that, one
        // is a
        // duplicate; and one more that waits to be processed
        ledger(book, Outcome.DEAD_LETTERED, Outcome.QUARANTINED, Outcome.DEAD_LETTERED, Outcome.DEAD_LETTERED);
        ledger(book, Outcome.STORED, Outcome.DEAD_LETTERED, Outcome.DEAD_LETTERED, Outcome.DEAD_LETTERED);
        reading(book, 0, 0);
        reading(book, 1, 0);
        for (long offset = 0; offset < 4; offset++) {
            book.deadLetter(new Origin(P, offset, 0), 0);
        }
        book.deadLetter(new Origin(P, 1L, 0), 1);
        book.later(entry(Outcome.STORED, Outcome.STORED, Outcome.DUPLICATE, Outcome.DEAD_LETTERED));
        for (long offset = 0; offset < 4; offset++) {
            book.replay(new Origin(P, offset, 0), 1);
        }
        book.replay(new Origin(P, 1L, 0), 2);
        messages(book, 4);

        // When
        MessageTotals totals = book.close(Map.of(P, 0L));

        // Then
        assertThat(problems.named()).isEmpty();
        assertThat(totals).isEqualTo(new MessageTotals(4, 2, 1, 1, 0, 0, 0, 0));
    }

    @Test
    void aMessageWithoutOutcomeIsUnaccountedOnceItIsOldEnough() {
        // Given
        book.message(P, 0, Age.YOUNG);
        book.message(P, 1, Age.JUDGED);

        // When
        MessageTotals totals = book.close(Map.of(P, 0L));

        // Then
        assertThat(totals.pending()).isEqualTo(1);
        assertThat(totals.unaccounted()).isEqualTo(1);
    }

    @Test
    void evidenceIsNotAskedOfWhatTheLedgerLearntWhileItWasBeingRead() {
        // Given
        book.later(entry(Outcome.STORED, Outcome.DEAD_LETTERED));
        messages(book, 2);

        // When
        MessageTotals totals = book.close(Map.of(P, 0L));

        // Then
        assertThat(totals.stored()).isEqualTo(1);
        assertThat(totals.deadLettered()).isEqualTo(1);
        assertThat(problems.total()).isZero();
    }

    @Test
    void evidenceIsNotAskedOfMessagesWhoseReadingsRetentionMayHaveDeleted() {
        // Given
        ledger(book, Outcome.STORED);
        book.message(P, 0, Age.AGED);

        // When
        MessageTotals totals = book.close(Map.of(P, 0L));

        // Then
        assertThat(totals.stored()).isEqualTo(1);
        assertThat(problems.total()).isZero();
    }

    @Test
    void whatRetentionHasDeletedAndWhatCameAfterTheStartIsNotCounted() {
        // Given
        ledger(book, Outcome.STORED, Outcome.STORED);
        reading(book, 1, 0);
        reading(book, 10, 0);
        book.deadLetter(new Origin(7, 0L, 0), 0);
        book.message(P, 1, Age.JUDGED);

        // When
        MessageTotals totals = book.close(Map.of(P, 1L));

        // Then
        assertThat(totals.accepted()).isEqualTo(1);
        assertThat(problems.named()).isEqualTo(List.of());
    }

    @Test
    void problemsBeyondTheLimitAreCounted() {
        // Given
        messages(new MessageBook(Map.of(P, 10L), problems), 0);
        Problems few = new Problems(2);
        MessageBook other = new MessageBook(Map.of(P, 10L), few);
        messages(other, 5);

        // When
        other.close(Map.of(P, 0L));

        // Then
        assertThat(few.named()).hasSize(2);
        assertThat(few.total()).isEqualTo(5);
    }

    private static Arguments fault(String name, Fault fault, long offset, Consumer<MessageBook> feed) {
        return Arguments.of(name, fault, offset, feed);
    }

    private static void ledger(MessageBook book, Outcome... outcomes) {
        book.settled(entry(outcomes));
    }

    private static LedgerEntry entry(Outcome... outcomes) {
        byte[] codes = new byte[outcomes.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = outcomes[i].code();
        }
        return new LedgerEntry(P, 0L, ByteBuffer.wrap(codes));
    }

    private static void reading(MessageBook book, long offset, int index) {
        book.reading(0, new Origin(P, offset, index));
    }

    private static void messages(MessageBook book, int count) {
        for (int offset = 0; offset < count; offset++) {
            book.message(P, offset, Age.JUDGED);
        }
    }
}
