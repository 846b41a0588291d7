package io.headrace.streams.normalize;

import io.headrace.catalogue.DeviceId;
import io.headrace.catalogue.OriginHeader;
import io.headrace.catalogue.Outcome;
import io.headrace.catalogue.Reason;
import io.headrace.catalogue.Topic;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.decode.TimeText;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/** Gives each raw record its one outcome, in the order: key, quarantine, expiry, duplicate, payload. */
final class NormalizeProcessor extends ContextualFixedKeyProcessor<String, byte[], Normalized> {
    private static final byte[] NO_BYTES = {};

    /** What a dead letter may weigh, so that the headers that it gets don't make it larger than its topic takes. */
    private static final int DEAD_LETTER_BYTES = Topic.MAX_RECORD_BYTES - 16 * 1024;

    private final NormalizeConfig config;
    private final Normalizer normalizer;
    private final NormalizeMeters meters;

    private @Nullable Duplicates duplicates;
    private @Nullable KeyValueStore<String, byte[]> devices;

    NormalizeProcessor(NormalizeConfig config, Normalizer normalizer, NormalizeMeters meters) {
        this.config = config;
        this.normalizer = normalizer;
        this.meters = meters;
    }

    @Override
    public void init(FixedKeyProcessorContext<String, Normalized> context) {
        super.init(context);
        WindowStore<String, byte[]> identities = context.getStateStore(NormalizeFragment.DUPLICATES);
        duplicates = new Duplicates(identities, config.duplicateWindow());
        devices = context.getStateStore(NormalizeFragment.DEVICES);
    }

    @Override
    public void process(FixedKeyRecord<String, byte[]> record) {
        RecordMetadata at = context().recordMetadata().orElseThrow();
        Origin origin = new Origin(at.partition(), at.offset(), 0);
        Outcome outcome = outcomeOf(record, origin);
        meters.outcome(outcome);
        context().forward(record.withValue(new Normalized.Accounted(at.partition(), at.offset(), outcome)));
    }

    private Outcome outcomeOf(FixedKeyRecord<String, byte[]> record, Origin origin) {
        if (record.key() == null || !DeviceId.isValid(record.key())) {
            deadLetter(record, origin, Reason.INVALID_KEY, "the key is no device id");
            return Outcome.DEAD_LETTERED;
        }
        DeviceFacts device = DeviceFacts.ofStored(nonNull(devices).get(record.key()));
        if (device.quarantined()) {
            deadLetter(record, origin, Reason.QUARANTINED, "the device is quarantined");
            return Outcome.QUARANTINED;
        }
        byte[] payload = record.value() == null ? NO_BYTES : record.value();
        RawMessage message = RawHeaders.message(record, payload, origin);
        if (isExpired(message)) {
            return Outcome.EXPIRED;
        }
        if (nonNull(duplicates).isDuplicate(message)) {
            return Outcome.DUPLICATE;
        }
        return switch (result(message, device)) {
            case Normalizer.Result.Readings readings -> {
                store(record, readings.list());
                nonNull(duplicates).remember(message);
                yield Outcome.STORED;
            }
            case Normalizer.Result.Refused refused -> {
                deadLetter(record, origin, refused.reason(), refused.detail());
                yield Outcome.DEAD_LETTERED;
            }
        };
    }

    /** A fault of ours in decoding costs its message a detour over the dead letters, and nobody else anything. */
    private Normalizer.Result result(RawMessage message, DeviceFacts device) {
        try {
            return normalizer.normalize(message, device);
        } catch (RuntimeException fault) {
            return new Normalizer.Result.Refused(
                    Reason.PROCESSING_FAILED, fault.getClass().getSimpleName() + " in normalize");
        }
    }

    /** By the clock of processing. What can't be read as a time was written by no gateway, and expires nothing. */
    private boolean isExpired(RawMessage message) {
        Optional<Instant> expiresAt = message.expiresAt().flatMap(TimeText::parseMillis);
        return expiresAt.isPresent()
                && expiresAt.get().toEpochMilli() <= context().currentSystemTimeMs();
    }

    private void store(FixedKeyRecord<String, byte[]> record, List<Reading> readings) {
        for (Reading reading : readings) {
            meters.reading(reading.getClock() == Clock.CORRECTED);
            String origin = readings.size() == 1
                    ? OriginHeader.ofMessage(reading.getOrigin())
                    : OriginHeader.ofElement(reading.getOrigin());
            context()
                    .forward(record.<Normalized>withValue(new Normalized.Stored(reading))
                            .withHeaders(RawHeaders.ofReading(record.headers(), origin)));
        }
    }

    private void deadLetter(FixedKeyRecord<String, byte[]> record, Origin origin, Reason reason, String detail) {
        meters.deadLetter(reason);
        byte[] bytes = record.value();
        String said = detail;
        if (bytes != null) {
            int excess = RawHeaders.size(record.headers(), bytes) - DEAD_LETTER_BYTES;
            if (excess > 0) {
                bytes = Arrays.copyOf(bytes, Math.max(0, bytes.length - excess));
                said = detail + "; cut to " + bytes.length + " bytes, whole at its origin";
            }
        }
        context()
                .forward(record.<Normalized>withValue(new Normalized.DeadLetter(bytes))
                        .withHeaders(RawHeaders.ofDeadLetter(record.headers(), origin, reason, said)));
    }

    private static <T> T nonNull(@Nullable T initialised) {
        if (initialised == null) {
            throw new IllegalStateException("not initialised");
        }
        return initialised;
    }
}
