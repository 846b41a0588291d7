package io.headrace.streams.predict;

import io.headrace.record.Driver;
import io.headrace.record.Prediction;
import io.headrace.record.Reading;
import io.headrace.wear.Estimate;
import io.headrace.wear.Shape;
import io.headrace.wear.WearModel;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Makes the records of predictions. */
final class Saying {
    private static final int DRIVERS = 3;
    /** Part of the limit that a metric must take to be named. */
    private static final double WORTH_NAMING = 0.02;

    private static final double MINUTE = 6e7;
    private static final double HOUR = 60 * MINUTE;
    private static final double DAY = 24 * HOUR;

    private Saying() {}

    static Prediction prediction(ActiveModel model, Outlook outlook, Estimate estimate, Reading reading) {
        Shape shape = outlook.shape();
        List<Driver> drivers = drivers(model, outlook);
        return about(model.name(), model.version(), reading)
                .setAt(Instant.EPOCH.plus(shape.end(outlook.state().closedStep()), ChronoUnit.MICROS))
                .setRemainingUs(micros(estimate.remaining(), shape))
                .setLowUs(micros(estimate.low(), shape))
                .setHighUs(Double.isNaN(estimate.high()) ? null : micros(estimate.high(), shape))
                .setHealth(estimate.health())
                .setReason(reason(model.wear(), estimate, drivers))
                .setDrivers(drivers)
                .build();
    }

    /** Says that there is none any more. */
    static Prediction withdrawal(String model, long version, Reading reading) {
        return about(model, version, reading)
                .setAt(reading.getObservedAt())
                .setReason("the model no longer judges this device")
                .build();
    }

    private static Prediction.Builder about(String model, long version, Reading reading) {
        return Prediction.newBuilder()
                .setDeviceId(reading.getDeviceId())
                .setModel(model)
                .setVersion(version)
                .setReceivedAt(reading.getReceivedAt())
                .setOrigin(reading.getOrigin());
    }

    private static long micros(double steps, Shape shape) {
        return Math.round(steps * shape.stepMicros());
    }

    private static List<Driver> drivers(ActiveModel model, Outlook outlook) {
        Shape shape = outlook.shape();
        double least = WORTH_NAMING * model.wear().curve().limit();
        List<Driver> drivers = new ArrayList<>();
        for (int metric = 0; metric < shape.metrics().size(); metric++) {
            double effect = model.wear().effect(metric, outlook.scratch());
            if (effect <= -least) {
                drivers.add(new Driver(shape.metrics().get(metric), micros(effect, shape)));
            }
        }
        drivers.sort(Comparator.comparingLong(Driver::getEffectUs));
        return List.copyOf(drivers.subList(0, Math.min(DRIVERS, drivers.size())));
    }

    private static String reason(WearModel model, Estimate estimate, List<Driver> drivers) {
        double step = model.shape().stepMicros();
        if (estimate.remaining() >= model.curve().limit()) {
            return "no wear shows: " + time(estimate.remaining() * step) + " left or more";
        }
        String range = Double.isNaN(estimate.high())
                ? time(estimate.low() * step) + " or more"
                : time(estimate.low() * step) + " to " + time(estimate.high() * step);
        String by = drivers.isEmpty()
                ? ""
                : ", for " + drivers.stream().map(Driver::getMetric).collect(Collectors.joining(", "));
        return "about " + time(estimate.remaining() * step) + " left (" + range + ")" + by;
    }

    private static String time(double micros) {
        if (micros >= 2 * DAY) {
            return String.format(Locale.ROOT, "%.1f d", micros / DAY);
        }
        return micros >= 2 * HOUR
                ? String.format(Locale.ROOT, "%.1f h", micros / HOUR)
                : String.format(Locale.ROOT, "%.0f min", micros / MINUTE);
    }
}
