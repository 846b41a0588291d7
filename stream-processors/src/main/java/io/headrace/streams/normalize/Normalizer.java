package io.headrace.streams.normalize;

import io.headrace.catalogue.Reason;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Decoder;
import io.headrace.streams.decode.Payload;
import io.headrace.streams.decode.Sample;
import io.headrace.streams.decode.TimeText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a message of a device into its readings. Safe for use by several threads. */
final class Normalizer {
    /** Before a metric's name: the tag with the unit that the payload gives for it. */
    private static final String UNIT_TAG = "unit.";

    private final Decoder decoder;
    private final ClockGuard clockGuard;

    /** What a message comes to. */
    sealed interface Result {
        /** At least one reading, in the payload's order. */
        record Readings(List<Reading> list) implements Result {}

        record Refused(Reason reason, String detail) implements Result {}
    }

    Normalizer(NormalizeConfig config) {
        this.decoder = new Decoder(config.limits());
        this.clockGuard = new ClockGuard(config.clockAhead(), config.earliest());
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
                    sample.values(),
                    tags(device, sample)));
        }
        return readings;
    }

    private static Map<String, String> tags(DeviceFacts device, Sample sample) {
        if (sample.units().isEmpty()) {
            return device.tags();
        }
        Map<String, String> tags = new HashMap<>(device.tags());
        sample.units().forEach((metric, unit) -> tags.put(UNIT_TAG + metric, unit));
        return tags;
    }
}
