package io.headrace.streams.hot;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.TierMark;
import io.headrace.record.Reading;
import io.micrometer.core.instrument.Counter;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Writes each value of each reading into its metric's history. */
final class HotProcessor extends ContextualProcessor<String, Reading, Void, Void> {
    private final HotConfig config;
    private final String storeName;
    private final Counter unkept;
    private @Nullable KeyValueStore<String, byte[]> store;

    HotProcessor(HotConfig config, String storeName, Counter unkept) {
        this.config = config;
        this.storeName = storeName;
        this.unkept = unkept;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        store = context.getStateStore(storeName);
    }

    @Override
    public void process(Record<String, Reading> record) {
        KeyValueStore<String, byte[]> histories = store;
        if (histories == null) {
            throw new IllegalStateException("not initialised");
        }
        Reading reading = record.value();
        int minutes = TierMark.keep(record.headers(), Headers.TIER_HOT, 'm');
        HotConfig bounds = minutes == 0 ? config : config.keeping(Duration.ofMinutes(minutes));
        reading.getValues().forEach((metric, value) -> {
            String key = HotKey.of(record.key(), metric);
            byte[] stored = histories.get(key);
            if (stored != null) {
                histories.put(
                        key,
                        MetricHistory.plus(stored, value, reading.getObservedAt(), reading.getReceivedAt(), bounds));
            } else if (mayKeepOneMore(histories, record.key())) {
                MetricHistory history = MetricHistory.first(value, reading.getObservedAt(), reading.getReceivedAt());
                histories.put(key, history.stored());
            } else {
                unkept.increment();
            }
        });
    }

    private boolean mayKeepOneMore(KeyValueStore<String, byte[]> histories, String device) {
        byte[] stored = histories.get(HotKey.ofCount(device));
        int count = stored == null ? 0 : ByteBuffer.wrap(stored).getInt();
        if (count >= config.maxMetrics()) {
            return false;
        }
        histories.put(
                HotKey.ofCount(device),
                ByteBuffer.allocate(Integer.BYTES).putInt(count + 1).array());
        return true;
    }
}
