package io.headrace.streams.normalize;

import io.headrace.catalogue.Erased;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.catalogue.Outcome;
import io.headrace.catalogue.Topic;
import io.headrace.record.Clock;
import io.headrace.record.Reading;
import io.headrace.streams.decode.Memory;
import io.headrace.streams.decode.TimeText;
import io.headrace.streams.ledger.Accounted;
import io.headrace.streams.ledger.LedgerFragment;
import io.headrace.streams.mapping.Mappings;
import io.headrace.streams.registered.DeviceFacts;
import io.headrace.streams.registered.RegisteredDevices;
import io.headrace.streams.state.DeviceEraser;
import io.headrace.streams.state.LastCallStore;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/**
 * Does what {@link Judge} says of each raw record, and of each replayed one in the place of its first outcome. A replay
 * that isn't due, since its message is no dead letter any more or has a newer one, changes nothing. Where a device is
 * erased, what is known of it goes, and everybody behind is told.
 *
 * <p>Forwards by name, since each filter would cost every message: a {@link Reading} to the node for readings, the bytes of
 * a dead letter, null where its record had none, to {@link NormalizeFragment#LETTERS}, an {@link Accounted} to the ledger,
 * and of an erased device the raw offset before which, in its partition, to {@link NormalizeFragment#ERASED}.
 */
final class NormalizeProcessor extends ContextualFixedKeyProcessor<String, byte[], Object> {
    private static final byte[] NO_BYTES = {};

    /** What a dead letter may weigh, so that the headers that it gets don't make it larger than its topic takes. */
    private static final int DEAD_LETTER_BYTES = Topic.MAX_RECORD_BYTES - 16 * 1024;

    private final NormalizeConfig config;
    private final String replayTopic;
    private final String readings;
    private final Judge judge;
    private final Mappings mappings;
    private final NormalizeMeters meters;
    private final KnownDevices known;
    private final Erased erased;
    private final Judge.Knowledge ofFirst = new FirstTime();
    private final Judge.Knowledge ofReplay = new Again();

    private @Nullable Duplicates duplicates;
    private @Nullable Replayed replayed;
    private @Nullable KeyValueStore<String, byte[]> devices;
    private @Nullable Memories memories;
    private @Nullable KeyValueStore<String, byte[]> memos;

    NormalizeProcessor(
            NormalizeConfig config,
            String replayTopic,
            String readings,
            Judge judge,
            KnownDevices known,
            Erased erased,
            Mappings mappings,
            NormalizeMeters meters) {
        this.config = config;
        this.replayTopic = replayTopic;
        this.readings = readings;
        this.judge = judge;
        this.known = known;
        this.erased = erased;
        this.mappings = mappings;
        this.meters = meters;
    }

    @Override
    public void init(FixedKeyProcessorContext<String, Object> context) {
        super.init(context);
        LastCallStore<WindowStore<String, byte[]>> identities = context.getStateStore(NormalizeFragment.DUPLICATES);
        FirstSegment.of(identities.wrapped());
        duplicates = new Duplicates(identities, config.duplicateWindow());
        LastCallStore<WindowStore<String, byte[]>> again = context.getStateStore(NormalizeFragment.REPLAYED);
        FirstSegment.of(again.wrapped());
        replayed = new Replayed(again, config.duplicateWindow());
        devices = context.getStateStore(RegisteredDevices.STORE);
        KeyValueStore<String, byte[]> remembered = context.getStateStore(NormalizeFragment.MEMORIES);
        memos = remembered;
        memories = new Memories(remembered);
    }

    @Override
    public void process(FixedKeyRecord<String, byte[]> record) {
        RecordMetadata at = context().recordMetadata().orElseThrow();
        if (at.topic().equals(replayTopic)) {
            OptionalLong erasure = Headers.findNumber(record.headers(), Headers.ERASE);
            if (erasure.isPresent()) {
                erase(record, at.partition(), erasure.getAsLong());
                return;
            }
            replay(record, Arrival.again(record.headers(), at.partition()));
            return;
        }
        Arrival arrival = Arrival.first(at.partition(), at.offset(), record.timestamp());
        Outcome outcome = outcomeOf(record, arrival, ofFirst);
        meters.outcome(outcome);
        account(record, arrival, outcome);
    }

    /** The cut is in the record too: what is known of all erasures may come later to this instance. */
    private void erase(FixedKeyRecord<String, byte[]> record, int partition, long before) {
        String device = record.key();
        if (device == null) {
            return;
        }
        erased.add(device, partition, before);
        nonNull(duplicates).erase(device);
        nonNull(replayed).erase(device);
        DeviceEraser.erase(nonNull(memos), device);
        context().forward(record.withValue(before), NormalizeFragment.ERASED);
    }

    private void replay(FixedKeyRecord<String, byte[]> record, Optional<Arrival> arrival) {
        if (arrival.isEmpty() || !nonNull(replayed).isDue(arrival.get())) {
            // its letter stays in the dead letters: nothing is lost
            meters.replayPassedOver();
            return;
        }
        Outcome outcome = outcomeOf(record, arrival.get(), ofReplay);
        nonNull(replayed).done(arrival.get(), outcome);
        meters.replay(outcome);
        account(record, arrival.get(), outcome);
    }

    private void account(FixedKeyRecord<String, byte[]> record, Arrival arrival, Outcome outcome) {
        context()
                .forward(
                        record.withValue(new Accounted(
                                arrival.origin().getPartition(),
                                arrival.origin().getOffset(),
                                outcome,
                                arrival.isReplay())),
                        LedgerFragment.NAME);
    }

    private Outcome outcomeOf(FixedKeyRecord<String, byte[]> record, Arrival arrival, Judge.Knowledge knowledge) {
        byte[] payload = record.value() == null ? NO_BYTES : record.value();
        RawMessage message = RawHeaders.message(record.headers(), record.key(), payload, arrival);
        Verdict verdict = judge.judge(record.key(), message, knowledge);
        switch (verdict) {
            case Verdict.Stored stored -> {
                store(record, arrival, stored.readings());
                remember(record, arrival, message);
                nonNull(memories).keep(message.device(), stored.memos());
                if (stored.missed() > 0) {
                    meters.missed(stored.missed());
                }
            }
            case Verdict.SetAside aside -> setAside(record, arrival, aside);
            case Verdict.Dropped dropped -> {
                // the ledger is all that knows of it
            }
        }
        return verdict.outcome();
    }

    /** A resend of a replayed message may come as long as one of a message of its age. */
    private void remember(FixedKeyRecord<String, byte[]> record, Arrival arrival, RawMessage message) {
        long age = record.timestamp() - arrival.receivedAt().toEpochMilli();
        boolean kept =
                age > config.duplicateWindow().toMillis() || nonNull(duplicates).remember(message);
        if (arrival.isReplay()) {
            kept &= nonNull(replayed).remember(message);
        }
        if (!kept) {
            meters.identityLost();
        }
    }

    private void store(FixedKeyRecord<String, byte[]> record, Arrival arrival, List<Reading> readings) {
        for (Reading reading : readings) {
            meters.reading(reading.getClock() == Clock.CORRECTED);
            String origin = readings.size() == 1
                    ? OriginHeader.ofMessage(reading.getOrigin())
                    : OriginHeader.ofElement(reading.getOrigin());
            context()
                    .forward(
                            record.withValue(reading)
                                    .withHeaders(RawHeaders.ofReading(record.headers(), origin, arrival)),
                            this.readings);
        }
    }

    private void setAside(FixedKeyRecord<String, byte[]> record, Arrival arrival, Verdict.SetAside verdict) {
        meters.deadLetter(verdict.reason());
        var headers = RawHeaders.ofDeadLetter(record.headers(), arrival, verdict);
        byte[] bytes = record.value();
        if (bytes != null) {
            int excess = RawHeaders.size(record.headers(), bytes) - DEAD_LETTER_BYTES;
            if (excess > 0) {
                Headers.set(headers, Headers.CUT, Integer.toString(bytes.length));
                bytes = Arrays.copyOf(bytes, Math.max(0, bytes.length - excess));
                Headers.set(
                        headers,
                        Headers.DETAIL,
                        verdict.detail() + "; cut to " + bytes.length + " bytes, whole at its origin");
            }
        }
        context().forward(record.withValue(bytes).withHeaders(headers), NormalizeFragment.LETTERS);
    }

    private class FirstTime implements Judge.Knowledge {
        @Override
        public DeviceFacts device(String id) {
            return known.device(nonNull(duplicates).recent(id), nonNull(devices));
        }

        /** By the clock of processing. What can't be read as a time was written by no gateway, and expires nothing. */
        @Override
        public boolean isExpired(RawMessage message) {
            Optional<Instant> expiresAt = message.expiresAt().flatMap(TimeText::parseMillis);
            return expiresAt.isPresent()
                    && expiresAt.get().toEpochMilli() <= context().currentSystemTimeMs();
        }

        @Override
        public boolean isErased(RawMessage message) {
            return erased.covers(
                    message.device(),
                    message.origin().getPartition(),
                    message.origin().getOffset());
        }

        @Override
        public boolean isDuplicate(RawMessage message) {
            return nonNull(duplicates).isDuplicate(message);
        }

        @Override
        public Memory memory(String id) {
            return nonNull(memories).of(id);
        }

        @Override
        public boolean isReplay() {
            return false;
        }

        @Override
        public Mappings mappings() {
            return mappings;
        }
    }

    /** Who replays a message wants it, however old it is. */
    private final class Again extends FirstTime {
        @Override
        public boolean isExpired(RawMessage message) {
            return false;
        }

        @Override
        public boolean isDuplicate(RawMessage message) {
            return super.isDuplicate(message) || nonNull(replayed).isDuplicate(message);
        }

        @Override
        public boolean isReplay() {
            return true;
        }
    }

    private static <T> T nonNull(@Nullable T initialised) {
        if (initialised == null) {
            throw new IllegalStateException("not initialised");
        }
        return initialised;
    }
}
