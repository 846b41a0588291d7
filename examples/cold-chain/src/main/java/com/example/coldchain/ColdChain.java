package com.example.coldchain;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.config.Settings;
import io.headrace.record.Clock;
import io.headrace.record.Reading;
import io.headrace.streams.fragment.Fragment;
import io.headrace.streams.fragment.Scope;
import io.micrometer.core.instrument.Counter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Says when goods that must stay cold were too warm for too long.
 *
 * <ul>
 *   <li>In: readings with a {@code temperature} in °C.
 *   <li>Out: {@code telemetry.excursions}, one when a device is cold again.
 *   <li>State: store {@code cold-chain-courses}, 25 bytes for each device, kept for ever.
 *   <li>Time: event time. A reading older than the newest of its device, or of an unknown time, is counted in {@code
 *       headrace.cold-chain.skipped} and changes nothing.
 * </ul>
 */
public final class ColdChain implements Fragment {
    /**
     * Settings.
     *
     * @param limit warmest that is cold enough, in °C
     * @param allowed how long a device may be warmer
     */
    public record Config(double limit, Duration allowed) {
        static Config from(Settings settings) {
            return new Config(
                    settings.decimal("processors.cold-chain.limit", 8, -100, 100),
                    settings.duration(
                            "processors.cold-chain.allowed", Duration.ofMinutes(10), Duration.ZERO, Duration.ofDays(1)));
        }
    }

    /** What is remembered of a device; times in epoch milliseconds, {@code warmSince} is COLD while it is cold. */
    record Course(long newest, long warmSince, double warmest) {
        static final long COLD = Long.MIN_VALUE;
        static final Course NEW = new Course(Long.MIN_VALUE, COLD, Double.NEGATIVE_INFINITY);
        private static final byte VERSION = 1;

        boolean isWarm() {
            return warmSince != COLD;
        }

        Course plus(long at, double temperature, double limit) {
            if (temperature <= limit) {
                return new Course(at, COLD, Double.NEGATIVE_INFINITY);
            }
            return new Course(at, isWarm() ? warmSince : at, Math.max(warmest, temperature));
        }

        byte[] stored() {
            return ByteBuffer.allocate(25)
                    .put(VERSION)
                    .putLong(newest)
                    .putLong(warmSince)
                    .putDouble(warmest)
                    .array();
        }

        static Course ofStored(byte[] bytes) {
            if (bytes == null) {
                return NEW;
            }
            ByteBuffer stored = ByteBuffer.wrap(bytes);
            byte version = stored.get();
            if (version != VERSION) {
                throw new IllegalStateException("a course of version " + version);
            }
            return new Course(stored.getLong(), stored.getLong(), stored.getDouble());
        }
    }

    @Override
    public String name() {
        return "cold-chain";
    }

    @Override
    public List<Topic<?>> topics(Catalogue catalogue) {
        return List.of(excursions(catalogue));
    }

    static Topic<Excursion> excursions(Catalogue catalogue) {
        return catalogue.topic("telemetry.excursions", Duration.ofDays(30), Excursion.class);
    }

    @Override
    public Part from(Settings settings) {
        Config config = Config.from(settings);
        return (builder, readings, scope) -> {
            String store = scope.named("courses");
            builder.addStateStore(scope.store("courses"));
            scope.write(
                    readings.processValues(() -> new Watch(config, scope), Named.as(scope.name()), store),
                    excursions(scope.catalogue()),
                    "excursions");
        };
    }

    private static final class Watch extends ContextualFixedKeyProcessor<String, Reading, Excursion> {
        private final Config config;
        private final String storeName;
        private final Counter skipped;
        private KeyValueStore<String, byte[]> courses;

        Watch(Config config, Scope scope) {
            this.config = config;
            this.storeName = scope.named("courses");
            this.skipped = scope.counter("skipped");
        }

        @Override
        public void init(FixedKeyProcessorContext<String, Excursion> context) {
            super.init(context);
            courses = context.getStateStore(storeName);
        }

        @Override
        public void process(FixedKeyRecord<String, Reading> record) {
            Reading reading = record.value();
            if (!(reading.getValues().get("temperature") instanceof Number temperature)) {
                return;
            }
            long at = reading.getObservedAt().toEpochMilli();
            Course before = Course.ofStored(courses.get(record.key()));
            if (at < before.newest() || reading.getClock() == Clock.CORRECTED) {
                skipped.increment();
                return;
            }
            Course after = before.plus(at, temperature.doubleValue(), config.limit());
            courses.put(record.key(), after.stored());
            if (before.isWarm() && !after.isWarm() && at - before.warmSince() > config.allowed().toMillis()) {
                Excursion excursion = new Excursion(
                        record.key(),
                        Instant.ofEpochMilli(before.warmSince()),
                        reading.getObservedAt(),
                        before.warmest());
                context().forward(record.withValue(excursion).withHeaders(Scope.derived(record.headers(), reading)));
            }
        }
    }
}
