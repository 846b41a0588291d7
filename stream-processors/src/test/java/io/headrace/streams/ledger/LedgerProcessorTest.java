package io.headrace.streams.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.LedgerPage;
import io.headrace.catalogue.Outcome;
import io.headrace.record.LedgerEntry;
import io.headrace.streams.state.WriteBackStore;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerProcessorTest {
    private static final int PARTITION = 3;

    @TempDir
    private File folder = new File("");

    private final WriteBackStore<Long, Row> store = WriteBackStore.builder(
                    Stores.inMemoryKeyValueStore(LedgerFragment.PAGES), LedgerProcessor.LAYOUT, 1_000)
            .withLoggingDisabled()
            .build();

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void only_changed_pages_are_published_and_only_once() {
        // Given
        MockProcessorContext<String, LedgerEntry> context = context();
        LedgerProcessor processor = started(context);

        // When
        account(processor, 5, Outcome.STORED);
        account(processor, 1_030, Outcome.DUPLICATE);
        publish(context);
        publish(context);
        account(processor, 1_031, Outcome.EXPIRED);
        publish(context);

        // Then
        assertThat(keys(context)).containsExactly("3:0", "3:1024", "3:1024");
        LedgerEntry last = context.forwarded().getLast().record().value();
        assertThat(last.getOutcomes().array()).hasSize(LedgerPage.SIZE);
        assertThat(last.getOutcomes().array()[6]).isEqualTo(Outcome.DUPLICATE.code());
        assertThat(last.getOutcomes().array()[7]).isEqualTo(Outcome.EXPIRED.code());
        assertThat(last.getOutcomes().array()[8]).isZero();
    }

    @Test
    void what_was_not_published_before_the_process_ended_is_published_after_it_starts_again() {
        // Given
        MockProcessorContext<String, LedgerEntry> before = context();
        LedgerProcessor ended = started(before);
        for (long offset = 0; offset < 3_000; offset += 100) {
            account(ended, offset, Outcome.STORED);
        }
        publish(before);
        for (long offset = 3_000; offset < 6_000; offset += 100) {
            account(ended, offset, Outcome.STORED);
        }

        // When
        MockProcessorContext<String, LedgerEntry> after = context();
        started(after);
        publish(after);

        // Then
        assertThat(keys(after)).containsExactly("3:2048", "3:3072", "3:4096", "3:5120");
    }

    @Test
    void an_outcome_that_changes_later_is_published_even_after_a_restart() {
        // Given
        MockProcessorContext<String, LedgerEntry> before = context();
        LedgerProcessor ended = started(before);
        account(ended, 10, Outcome.DEAD_LETTERED);
        account(ended, 9_000, Outcome.STORED);
        publish(before);
        account(ended, 10, Outcome.STORED);

        // When
        MockProcessorContext<String, LedgerEntry> after = context();
        started(after);
        publish(after);

        // Then
        assertThat(keys(after)).contains("3:0");
        assertThat(after.forwarded().getFirst().record().value().getOutcomes().array()[10])
                .isEqualTo(Outcome.STORED.code());
    }

    @Test
    void pages_are_dropped_when_their_messages_are_gone() {
        // Given
        MockProcessorContext<String, LedgerEntry> context = context();
        LedgerProcessor processor = started(context);
        processor.process(new Record<>("d", new Accounted(PARTITION, 1, Outcome.STORED, false), 1_000));
        processor.process(new Record<>("d", new Accounted(PARTITION, 2_000, Outcome.STORED, false), 90_000_000));
        processor.process(new Record<>("d", new Accounted(PARTITION, 9_000, Outcome.STORED, false), 90_000_000));
        publish(context);

        // When
        context.scheduledPunctuators()
                .get(1)
                .getPunctuator()
                .punctuate(Duration.ofDays(1).toMillis() + 2_000);

        // Then
        assertThat(stored(0L)).isNull();
        assertThat(stored(1_024L)).isNotNull();
        assertThat(stored(8_192L)).isNotNull();
    }

    @Test
    void the_outcome_of_a_replay_is_published_at_once_and_its_page_grows_no_younger_by_it() {
        // Given
        MockProcessorContext<String, LedgerEntry> context = context();
        LedgerProcessor processor = started(context);
        account(processor, 10, Outcome.DEAD_LETTERED);
        publish(context);
        context.resetForwards();

        // When
        processor.process(new Record<>("d", new Accounted(PARTITION, 10, Outcome.STORED, true), 90_000_000));
        processor.process(new Record<>("d", new Accounted(PARTITION, 5_000, Outcome.STORED, true), 90_000_000));

        // Then: nothing of the page that was dropped long ago
        assertThat(keys(context)).containsExactly("3:0");
        Record<? extends String, ? extends LedgerEntry> published =
                context.forwarded().getFirst().record();
        assertThat(published.value().getOutcomes().array()[10]).isEqualTo(Outcome.STORED.code());
        assertThat(published.timestamp()).isEqualTo(1_010);
        assertThat(stored(LedgerPage.baseOf(5_000))).isNull();
    }

    private byte @Nullable [] stored(long base) {
        store.flushCache();
        return store.wrapped().get(Bytes.wrap(new LongSerializer().serialize("", base)));
    }

    private MockProcessorContext<String, LedgerEntry> context() {
        return new MockProcessorContext<>(new Properties(), new TaskId(0, PARTITION), folder);
    }

    private LedgerProcessor started(MockProcessorContext<String, LedgerEntry> context) {
        if (!store.isOpen()) {
            store.init(context.getStateStoreContext(), store);
        }
        // what was there committed, and nothing is in memory
        store.flushCache();
        store.clearCache();
        context.addStateStore(store);
        LedgerProcessor processor = new LedgerProcessor(Duration.ofDays(1));
        processor.init(context);
        return processor;
    }

    private static void account(LedgerProcessor processor, long offset, Outcome outcome) {
        processor.process(new Record<>("d", new Accounted(PARTITION, offset, outcome, false), 1_000 + offset));
    }

    private static void publish(MockProcessorContext<String, LedgerEntry> context) {
        context.scheduledPunctuators().getFirst().getPunctuator().punctuate(0);
    }

    private static List<String> keys(MockProcessorContext<String, LedgerEntry> context) {
        return context.forwarded().stream()
                .<String>map(forward -> forward.record().key())
                .toList();
    }
}
