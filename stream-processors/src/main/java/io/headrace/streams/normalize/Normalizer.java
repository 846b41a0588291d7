package io.headrace.streams.normalize;

import io.headrace.catalogue.Reason;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Decoder;
import io.headrace.streams.decode.Payload;
import io.headrace.streams.decode.Sample;
import io.headrace.streams.decode.TimeText;
import io.headrace.streams.enrich.Enriched;
import io.headrace.streams.enrich.Enricher;
import io.headrace.streams.enrich.Said;
import io.headrace.streams.enrich.UnitOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a message of a device into its readings. Safe for use by several threads. */
final class Normalizer {
    private final Decoder decoder;
    private final ClockGuard clockGuard;
    private final Enricher enricher;

    /** What a message comes to. */
    sealed interface Result {
        /** At least one reading, in the payload's order. */
        record Readings(List<Reading> list) implements Result {}

        record Refused(Reason reason, String detail) implements Result {}
    }

    /** @param units counts what became of values in units */
    Normalizer(NormalizeConfig config, UnitOutcome.Tally units) {
        this.decoder = new Decoder(config.limits());
        this.clockGuard = new ClockGuard(config.clockAhead(), config.earliest());
        this.enricher = new Enricher(config.enrich(), units);
    }

    /** Never throws, whatever the device sent. */
    Result normalize(RawMessage message, DeviceFacts device) {
        Optional<Instant> deviceTime = message.deviceTime().flatMap(TimeText::parseMillis);
        if (message.deviceTime().isPresent() && deviceTime.isEmpty()) {
            return new Result.Refused(Reason.MALFORMED_TIME, "the device time is no number of milliseconds");
        }
        Payload payload =
                new Payload(message.payload(), message.contentType(), message.contentEncoding(), message.receivedAt());
        return switch (decoder.decode(payload)) {
            case Decoded.Rejected rejected -> new Result.Refused(rejected.reason(), rejected.detail());
            case Decoded.Samples samples -> new Result.Readings(readings(message, device, deviceTime, samples.list()));
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
                    new Said(sample.values(), sample.units(), Map.of(), time.observedAt(), message.receivedAt()),
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
