package io.headrace.streams.ledger;

import io.headrace.catalogue.LedgerPage;
import io.headrace.record.LedgerEntry;
import io.headrace.streams.ledger.Row.Unpublished;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.streams.state.WriteBackStore.Layout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
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

    /** In place of a group: pages are read by their keys, a range of them rarely. */
    private static final String ALL = "";

    static final Layout<Long, Row> LAYOUT = new Layout<>((all, base) -> place(base), Row::stored);

    private final Duration keep;
    private final NavigableSet<Long> changed = new TreeSet<>();
    private @Nullable WriteBackStore<Long, Row> pages;
    private long newest = FROM;
    private long from;

    LedgerProcessor(Duration keep) {
        this.keep = keep;
    }

    @Override
    public void init(ProcessorContext<String, LedgerEntry> context) {
        super.init(context);
        pages = context.getStateStore(LedgerFragment.PAGES);
        from = pages().slot(ALL, FROM, Unpublished::ofStored).value() instanceof Unpublished known ? known.from() : 0;
        newest = FROM;
        changed.clear();
        try (KeyValueIterator<Bytes, byte[]> unpublished = pages().range(ALL, place(from), place(Long.MAX_VALUE))) {
            unpublished.forEachRemaining(page -> changed.add(base(page.key)));
        }
        context.schedule(EVERY, PunctuationType.WALL_CLOCK_TIME, now -> publish());
        context.schedule(DROP_EVERY, PunctuationType.WALL_CLOCK_TIME, this::dropOld);
    }

    /** Big-endian, as Kafka's serializer has it. */
    private static Bytes place(long base) {
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(base).array());
    }

    private static long base(Bytes place) {
        return ByteBuffer.wrap(place.get()).getLong();
    }

    @Override
    public void process(Record<String, Accounted> record) {
        Accounted message = record.value();
        long base = LedgerPage.baseOf(message.offset());
        if (message.replayed()) {
            replace(message, base);
            return;
        }
        WriteBackStore<Long, Row>.Slot slot = slot(base);
        Page page = slot.value() instanceof Page known ? known : Page.empty();
        page.add(message.offset(), message.outcome(), record.timestamp());
        slot.put(page);
        if (base != newest || changed.isEmpty()) {
            newest = base;
            changed.add(base);
        }
        if (base < from) {
            publishFrom(base);
        }
    }

    /**
     * Publishes the new outcome of an old message at once, so that whoever sees what came of its replay sees the outcome
     * too. The page doesn't grow younger by it. One that isn't there any more is of messages that raw has dropped.
     */
    private void replace(Accounted message, long base) {
        WriteBackStore<Long, Row>.Slot slot = slot(base);
        if (slot.value() instanceof Page page) {
            page.add(message.offset(), message.outcome(), page.receivedAt());
            slot.put(page);
            publish(base, page);
        }
    }

    private void publish() {
        if (changed.isEmpty()) {
            return;
        }
        for (long base : changed) {
            if (slot(base).value() instanceof Page page) {
                publish(base, page);
            }
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
            pages().put(ALL, FROM, new Unpublished(base));
        }
    }

    private void dropOld(long now) {
        List<Long> old = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> oldest = pages().range(ALL, place(0), place(from))) {
            while (oldest.hasNext()) {
                KeyValue<Bytes, byte[]> page = oldest.next();
                boolean isOld = Page.ofStored(page.value).receivedAt() < now - keep.toMillis();
                if (base(page.key) >= from || !isOld) {
                    break;
                }
                old.add(base(page.key));
            }
        }
        old.forEach(base -> pages().remove(ALL, base));
    }

    private WriteBackStore<Long, Row>.Slot slot(long base) {
        return pages().slot(ALL, base, Page::ofStored);
    }

    private WriteBackStore<Long, Row> pages() {
        WriteBackStore<Long, Row> store = pages;
        if (store == null) {
            throw new IllegalStateException("not initialised");
        }
        return store;
    }
}
