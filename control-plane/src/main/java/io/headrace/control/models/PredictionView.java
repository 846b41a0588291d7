package io.headrace.control.models;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Driver;
import io.headrace.record.Prediction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prediction as the API shows it.
 *
 * @param at event time from which what remains is counted
 * @param remainingMs at the model's limit it means that or more
 * @param lowMs one in twenty has less
 * @param highMs one in twenty has more; null where that is unknown
 * @param endsAt when the device would fail, by {@code remainingMs}
 * @param health 1 where no wear shows, 0 at the end
 * @param origin {@code <partition>:<offset>} of the message that it came with
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PredictionView(
        String device,
        String model,
        long version,
        Instant at,
        long remainingMs,
        long lowMs,
        @Nullable Long highMs,
        Instant endsAt,
        double health,
        String reason,
        List<Cause> drivers,
        String origin) {
    /** @param effectMs what the metric's distance from usual adds: mostly negative */
    record Cause(String metric, long effectMs) {}

    /** Of one that stands. */
    static PredictionView of(Prediction prediction) {
        long remaining = or0(prediction.getRemainingUs());
        Long high = prediction.getHighUs();
        Double health = prediction.getHealth();
        return new PredictionView(
                prediction.getDeviceId(),
                prediction.getModel(),
                prediction.getVersion(),
                prediction.getAt(),
                remaining / 1_000,
                or0(prediction.getLowUs()) / 1_000,
                high == null ? null : high / 1_000,
                prediction.getAt().plus(remaining, ChronoUnit.MICROS),
                health == null ? 0 : health,
                prediction.getReason(),
                prediction.getDrivers().stream().map(PredictionView::cause).toList(),
                OriginHeader.ofMessage(prediction.getOrigin()));
    }

    private static Cause cause(Driver driver) {
        return new Cause(driver.getMetric(), driver.getEffectUs() / 1_000);
    }

    private static long or0(@Nullable Long value) {
        return value == null ? 0 : value;
    }
}
