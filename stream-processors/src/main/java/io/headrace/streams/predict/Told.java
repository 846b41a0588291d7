package io.headrace.streams.predict;

import io.headrace.record.Prediction;
import io.headrace.record.Reading;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A prediction, and the reading that it comes of.
 *
 * @param reading that ended the step
 */
record Told(Prediction prediction, Reading reading) {
    private static final double HOUR = 3.6e9;

    boolean isWithdrawn() {
        return prediction.getRemainingUs() == null;
    }

    /**
     * For the rules: what was predicted as metrics of the device, at the time of the reading, so that every kind of rule
     * can be about it. Times in hours.
     */
    Reading asReading() {
        PredictedMetrics names = PredictedMetrics.ofModel(prediction.getModel());
        Map<String, Object> values = new HashMap<>();
        putHours(values, names.remaining(), prediction.getRemainingUs());
        putHours(values, names.low(), prediction.getLowUs());
        putHours(values, names.high(), prediction.getHighUs());
        values.put(names.health(), prediction.getHealth());
        Reading told = Reading.newBuilder(reading).build();
        told.setValues(values);
        return told;
    }

    private static void putHours(Map<String, Object> values, String metric, @Nullable Long micros) {
        if (micros != null) {
            values.put(metric, micros / HOUR);
        }
    }
}
