package io.headrace.control.devices;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.control.http.Problem;
import io.headrace.record.Calibration;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a value becomes: {@code value * scale + offset}.
 *
 * @param from first time of observation that it holds for, ISO 8601 with an offset; null for always
 * @param scale null for 1
 * @param offset null for 0
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CalibrationBody(
        @Nullable String from,
        @Nullable Double scale,
        @Nullable Double offset) {
    static CalibrationBody of(Calibration record) {
        Instant from = record.getEffectiveFrom();
        return new CalibrationBody(from == null ? null : from.toString(), record.getScale(), record.getOffset());
    }

    /** @throws Problem (400) that names the metric, and what is wrong */
    Calibration record(String metric) {
        double factor = scale == null ? 1 : scale;
        double shift = offset == null ? 0 : offset;
        if (!Double.isFinite(factor) || factor == 0) {
            throw Problem.badRequest("the scale of " + metric + " must be a number other than 0");
        }
        if (!Double.isFinite(shift)) {
            throw Problem.badRequest("the offset of " + metric + " must be a number");
        }
        return new Calibration(from == null ? null : time(metric, from), factor, shift);
    }

    private static Instant time(String metric, String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
            if (!time.isBefore(Instant.EPOCH) && time.isBefore(Instant.parse("9999-12-31T00:00:00Z"))) {
                return time;
            }
        } catch (DateTimeException noTime) {
            // said below, as for one out of range
        }
        throw Problem.badRequest("from of " + metric + " must be a time since 1970 like 2026-01-01T00:00:00Z");
    }
}
