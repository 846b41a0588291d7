package io.headrace.streams.normalize;

import io.headrace.catalogue.DeviceId;
import io.headrace.catalogue.Outcome;
import io.headrace.catalogue.Reason;
import io.headrace.registry.SchemaRegistry;
import io.headrace.streams.decode.Memory;
import io.headrace.streams.enrich.UnitOutcome;
import io.headrace.streams.mapping.Mappings;
import io.headrace.streams.registered.DeviceFacts;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Gives a message its one outcome, in the order: key, erasure, quarantine, expiry, duplicate, payload. Decides and changes nothing:
 * a dry run asks the same judge. Safe for use by several threads.
 */
final class Judge {
    private final Normalizer normalizer;

    /** What is known beside the message. */
    interface Knowledge {
        DeviceFacts device(String id);

        boolean isExpired(RawMessage message);

        /** Whether all is to go that its device had sent by then. */
        boolean isErased(RawMessage message);

        boolean isDuplicate(RawMessage message);

        /** Of the device's earlier messages. */
        Memory memory(String id);

        /** Whether the message comes later than others that followed it. */
        boolean isReplay();

        /** Those of the moment. */
        Mappings mappings();
    }

    /**
     * @param registry of the schemas of Avro payloads
     * @param units counts what became of values in units
     */
    Judge(NormalizeConfig config, SchemaRegistry registry, UnitOutcome.Tally units) {
        this.normalizer = new Normalizer(config, registry, units);
    }

    /** @param key of the record; null where it has none */
    Verdict judge(@Nullable String key, RawMessage message, Knowledge knowledge) {
        if (key == null || !DeviceId.isValid(key)) {
            return new Verdict.SetAside(Outcome.DEAD_LETTERED, Reason.INVALID_KEY, "the key is no device id");
        }
        if (knowledge.isErased(message)) {
            return new Verdict.Dropped(Outcome.EXPIRED);
        }
        DeviceFacts device = knowledge.device(key);
        if (device.isQuarantined()) {
            return new Verdict.SetAside(Outcome.QUARANTINED, Reason.QUARANTINED, "the device is quarantined");
        }
        if (knowledge.isExpired(message)) {
            return new Verdict.Dropped(Outcome.EXPIRED);
        }
        if (knowledge.isDuplicate(message)) {
            return new Verdict.Dropped(Outcome.DUPLICATE);
        }
        return switch (result(message, device, knowledge)) {
            case Normalizer.Result.Readings readings ->
                new Verdict.Stored(readings.list(), readings.memos(), readings.missed());
            case Normalizer.Result.Refused refused ->
                new Verdict.SetAside(Outcome.DEAD_LETTERED, refused.reason(), refused.detail());
        };
    }

    /**
     * A fault of ours in decoding costs its message a detour over the dead letters, and nobody else anything. An outage is
     * no fault of the message.
     */
    private Normalizer.Result result(RawMessage message, DeviceFacts device, Knowledge knowledge) {
        try {
            return normalizer.normalize(message, device, knowledge);
        } catch (RetriableException outage) {
            throw outage;
        } catch (RuntimeException fault) {
            return new Normalizer.Result.Refused(
                    Reason.PROCESSING_FAILED, fault.getClass().getSimpleName() + " in normalize");
        }
    }
}
