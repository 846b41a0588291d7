package io.headrace.streams.ledger;

import io.headrace.catalogue.LedgerPage;
import io.headrace.record.LedgerEntry;
import io.headrace.streams.normalize.Normalized.Accounted;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the pages of one raw partition, and publishes those that changed once a second.
 *
 * <p>Pages and what is published commit together. What had changed but wasn't published when the process ended is found
 * again by {@link #FROM}: no page before it waits to be published. An outcome that a replay changed is published with
 * what came of the replay.
 */
final class LedgerProcessor extends ContextualProcessor<String, Accounted, String, LedgerEntry> {
    /** Key beside the pages' base offsets: the base offset from where pages may be unpublished. */
    static final long FROM = -1;

    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration DROP_EVERY = Duration.ofMinutes(1);

    private final Duration keep;
    private final NavigableSet<Long> changed = new TreeSet<>();
    private @Nullable KeyValueStore<Long, byte[]> pages;
    private long from;

    LedgerProcessor(Duration keep) {
        this.keep = keep;
    }

    @Override
    public void init(ProcessorContext<String, LedgerEntry> context) {
        super.init(context);
        pages = context.getStateStore(LedgerFragment.PAGES);
        byte[] stored = pages().get(FROM);
        from = stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
        try (KeyValueIterator<Long, byte[]> unpublished = pages().range(from, Long.MAX_VALUE)) {
            unpublished.forEachRemaining(page -> changed.add(page.key));
        }
        context.schedule(EVERY, PunctuationType.WALL_CLOCK_TIME, now -> publish());
        context.schedule(DROP_EVERY, PunctuationType.WALL_CLOCK_TIME, this::dropOld);
    }

    @Override
    public void process(Record<String, Accounted> record) {
        Accounted message = record.value();
        long base = LedgerPage.baseOf(message.offset());
        if (message.replayed()) {
            replace(message, base);
            return;
        }
        Page page = Page.of(pages().get(base)).with(message.offset(), message.outcome(), record.timestamp());
        pages().put(base, page.stored());
        changed.add(base);
        if (base < from) {
            publishFrom(base);
        }
    }

    /**
     * Publishes the new outcome of an old message at once, so that whoever sees what came of its replay sees the outcome
     * too. The page doesn't grow younger by it. One that isn't there any more is of messages that raw has dropped.
     */
    private void replace(Accounted message, long base) {
        byte[] stored = pages().get(base);
        if (stored == null) {
            return;
        }
        Page before = Page.of(stored);
        Page page = before.with(message.offset(), message.outcome(), before.receivedAt());
        pages().put(base, page.stored());
        publish(base, page);
    }

    private void publish() {
        if (changed.isEmpty()) {
            return;
        }
        for (long base : changed) {
            publish(base, Page.of(pages().get(base)));
        }
        publishFrom(Math.max(from, changed.last()));
        changed.clear();
    }

    private void publish(long base, Page page) {
        int partition = context().taskId().partition();
        LedgerEntry entry = new LedgerEntry(partition, base, ByteBuffer.wrap(page.outcomes()));
        context().forward(new Record<>(LedgerPage.key(partition, base), entry, page.receivedAt()));
    }

    private void publishFrom(long base) {
        if (base != from) {
            from = base;
            pages().put(FROM, ByteBuffer.allocate(Long.BYTES).putLong(base).array());
        }
    }

    private void dropOld(long now) {
        try (KeyValueIterator<Long, byte[]> oldest = pages().range(0L, from)) {
            while (oldest.hasNext()) {
                KeyValue<Long, byte[]> page = oldest.next();
                if (page.key >= from || Page.of(page.value).receivedAt() >= now - keep.toMillis()) {
                    return;
                }
                pages().delete(page.key);
            }
        }
    }

    private KeyValueStore<Long, byte[]> pages() {
        KeyValueStore<Long, byte[]> store = pages;
        if (store == null) {
            throw new IllegalStateException("not initialised");
        }
        return store;
    }
}
