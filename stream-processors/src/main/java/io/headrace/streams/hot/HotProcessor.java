package io.headrace.streams.hot;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.TierMark;
import io.headrace.record.Reading;
import io.micrometer.core.instrument.Counter;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Keeps each value of each reading. */
final class HotProcessor extends ContextualProcessor<String, Reading, Void, Void> {
    private final HotConfig config;
    private final String storeName;
    private final Counter unkept;
    private @Nullable HotValues values;

    HotProcessor(HotConfig config, String storeName, Counter unkept) {
        this.config = config;
        this.storeName = storeName;
        this.unkept = unkept;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        values = new HotValues(context.getStateStore(storeName), config);
    }

    @Override
    public void process(Record<String, Reading> record) {
        int minutes = TierMark.keep(record.headers(), Headers.TIER_HOT, 'm');
        long keepMs = minutes == 0 ? config.keep().toMillis() : TimeUnit.MINUTES.toMillis(minutes);
        int refused = Objects.requireNonNull(values).plus(record.key(), record.value(), keepMs);
        if (refused > 0) {
            unkept.increment(refused);
        }
    }
}
