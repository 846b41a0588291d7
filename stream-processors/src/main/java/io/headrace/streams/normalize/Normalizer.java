package io.headrace.streams.normalize;

import io.headrace.catalogue.Reason;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.registry.SchemaRegistry;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Decoder;
import io.headrace.streams.decode.Format;
import io.headrace.streams.decode.Payload;
import io.headrace.streams.decode.Sample;
import io.headrace.streams.decode.Sender;
import io.headrace.streams.decode.TimeText;
import io.headrace.streams.enrich.Enriched;
import io.headrace.streams.enrich.Enricher;
import io.headrace.streams.enrich.Said;
import io.headrace.streams.enrich.UnitOutcome;
import io.headrace.streams.registered.DeviceFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns a message of a device into its readings. Safe for use by several threads. */
final class Normalizer {
    /** The tag of a device with the content type of its messages that have none: MQTT 3.1.1 can't say it. */
    private static final String CONTENT_TYPE_TAG = "content-type";

    private final Decoder decoder;
    private final ClockGuard clockGuard;
    private final Enricher enricher;

    /** What a message comes to. */
    sealed interface Result {
        /** At least one reading, in the payload's order, and what decoding said beside them. */
        record Readings(List<Reading> list, List<Decoded.Memo> memos, int missed) implements Result {}

        record Refused(Reason reason, String detail) implements Result {}
    }

    /**
     * @param registry of the schemas of Avro payloads
     * @param units counts what became of values in units
     */
    Normalizer(NormalizeConfig config, SchemaRegistry registry, UnitOutcome.Tally units) {
        this.decoder = new Decoder(config.limits(), registry);
        this.clockGuard = new ClockGuard(config.clockAhead(), config.earliest());
        this.enricher = new Enricher(config.enrich(), units);
    }

    /**
     * Never throws for what the device sent.
     *
     * @throws io.headrace.registry.RegistryUnavailableException where the payload's schema can't be asked for now
     */
    Result normalize(RawMessage message, DeviceFacts device, Judge.Knowledge knowledge) {
        Optional<Instant> deviceTime = message.deviceTime().flatMap(TimeText::parseMillis);
        if (message.deviceTime().isPresent() && deviceTime.isEmpty()) {
            return new Result.Refused(Reason.MALFORMED_TIME, "the device time is no number of milliseconds");
        }
        Optional<String> contentType = message.contentType()
                .or(() -> Optional.ofNullable(device.profile().tags().get(CONTENT_TYPE_TAG)));
        Sender sender = new Sender(
                message.device(),
                message.topic(),
                message.precision(),
                knowledge.memory(message.device()),
                knowledge.isReplay());
        Payload payload =
                new Payload(message.payload(), contentType, message.contentEncoding(), message.receivedAt(), sender);
        Optional<Format> mapped = knowledge
                .mappings()
                .find(
                        device.profile().tags(),
                        contentType.orElse(""),
                        message.topic().orElse(""));
        return switch (decoder.decode(payload, mapped)) {
            case Decoded.Rejected rejected -> new Result.Refused(rejected.reason(), rejected.detail());
            case Decoded.Samples samples ->
                new Result.Readings(
                        readings(message, device, deviceTime, samples.list()), samples.memos(), samples.missed());
        };
    }

    private List<Reading> readings(
            RawMessage message, DeviceFacts device, Optional<Instant> deviceTime, List<Sample> samples) {
        List<Reading> readings = new ArrayList<>(samples.size());
        for (Sample sample : samples) {
            ClockGuard.Judged time =
                    clockGuard.judge(sample.time().isPresent() ? sample.time() : deviceTime, message.receivedAt());
            Origin origin =
                    new Origin(message.origin().getPartition(), message.origin().getOffset(), readings.size());
            Enriched enriched = enricher.enrich(
                    new Said(sample.values(), sample.units(), sample.tags(), time.observedAt(), message.receivedAt()),
                    device.profile());
            readings.add(new Reading(
                    message.device(),
                    time.observedAt(),
                    message.receivedAt(),
                    time.clock(),
                    time.impossible().orElse(null),
                    origin,
                    message.channel().orElse(null),
                    message.messageId().orElse(null),
                    sample.sequence().orElse(null),
                    enriched.values(),
                    enriched.tags()));
        }
        return readings;
    }
}
