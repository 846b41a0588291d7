package io.headrace.streams.ledger;

import io.headrace.catalogue.Catalogue;
import io.headrace.record.LedgerEntry;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.wire.TopicSerdes;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * From the outcome of each raw record to {@code telemetry.ledger} ({@code <partition>:<base offset>}, a page of
 * outcomes), at most a second later.
 *
 * <p>State: {@value #PAGES}, by base offset, until a day after the raw topic has dropped the messages. Time: wall clock
 * for publishing; a page's record carries the receive time of its latest message.
 */
public final class LedgerFragment {
    /** Of the node that takes outcomes. */
    public static final String NAME = "ledger";

    static final String PAGES = NAME + "-pages";

    /** Pages of a KiB: the newest ones are all that change. */
    private static final int MOST_IN_MEMORY = 1_024;

    private final Catalogue catalogue;
    private final TopicSerdes serdes;

    public LedgerFragment(Catalogue catalogue, TopicSerdes serdes) {
        this.catalogue = catalogue;
        this.serdes = serdes;
    }

    /** Adds it behind a stream of outcomes that is partitioned as the raw topic. */
    public void addTo(StreamsBuilder builder, KStream<String, Accounted> outcomes) {
        Duration keep = catalogue.raw().retention().orElseThrow().plusDays(1);
        outcomes.process(new Supplier(keep), Named.as(NAME))
                .to(
                        catalogue.ledger().name(),
                        Produced.with(Serdes.String(), serdes.of(catalogue.ledger()))
                                .withName(NAME + "-out"));
    }

    private record Supplier(Duration keep) implements ProcessorSupplier<String, Accounted, String, LedgerEntry> {
        @Override
        public Processor<String, Accounted, String, LedgerEntry> get() {
            return new LedgerProcessor(keep);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(WriteBackStore.builder(
                    Stores.persistentKeyValueStore(PAGES), LedgerProcessor.LAYOUT, MOST_IN_MEMORY));
        }
    }
}
