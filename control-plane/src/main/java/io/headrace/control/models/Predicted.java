package io.headrace.control.models;

import io.headrace.record.Prediction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was predicted of devices, a fold over the records: of each device and model what stands, and the course of late.
 * Beyond a number of devices, those of which nothing was told for longest are forgotten; likewise courses beyond a number of
 * points. Safe for use by several threads.
 */
final class Predicted {
    private final int mostDevices;
    private final int mostPoints;
    private final Map<String, Map<String, OfModel>> byDevice = new LinkedHashMap<>();
    private int points;

    /**
     * @param mostDevices some 500 bytes each
     * @param mostPoints of the courses of all devices, 32 bytes each
     */
    Predicted(int mostDevices, int mostPoints) {
        this.mostDevices = mostDevices;
        this.mostPoints = mostPoints;
    }

    private static final class OfModel {
        private Prediction last;
        private final PredictedCourse course = new PredictedCourse();

        private OfModel(Prediction first) {
            this.last = first;
        }
    }

    /** @param prediction one that withdraws what was told, too */
    synchronized void plus(Prediction prediction) {
        Map<String, OfModel> known = byDevice.remove(prediction.getDeviceId());
        Map<String, OfModel> models = known == null ? new TreeMap<>() : known;
        if (prediction.getRemainingUs() == null) {
            OfModel gone = models.remove(prediction.getModel());
            points -= gone == null ? 0 : gone.course.size();
        } else {
            OfModel model = models.computeIfAbsent(prediction.getModel(), any -> new OfModel(prediction));
            model.last = prediction;
            points += model.course.add(prediction);
        }
        if (!models.isEmpty()) {
            byDevice.put(prediction.getDeviceId(), models);
        }
        while (byDevice.size() > mostDevices || points > mostPoints) {
            forgetEldest();
        }
    }

    private void forgetEldest() {
        Iterator<Map<String, OfModel>> eldest = byDevice.values().iterator();
        points -= eldest.next().values().stream()
                .mapToInt(model -> model.course.size())
                .sum();
        eldest.remove();
    }

    /** By model. */
    synchronized List<Prediction> of(String device) {
        return byDevice.getOrDefault(device, Map.of()).values().stream()
                .map(model -> model.last)
                .toList();
    }

    /** Empty where nothing is told of the device by this model. */
    synchronized Optional<PredictedCourse.Seen> course(String device, String model) {
        return Optional.ofNullable(byDevice.getOrDefault(device, Map.of()).get(model))
                .map(found -> found.course.seen());
    }

    /** Those that have least left first. */
    synchronized List<Prediction> soonest(Optional<String> model, int limit) {
        List<Prediction> all = new ArrayList<>();
        for (Map<String, OfModel> models : byDevice.values()) {
            models.forEach((name, each) -> {
                if (model.isEmpty() || model.get().equals(name)) {
                    all.add(each.last);
                }
            });
        }
        all.sort(Comparator.comparingLong((Prediction each) -> each.getRemainingUs())
                .thenComparing(Prediction::getDeviceId)
                .thenComparing(Prediction::getModel));
        return List.copyOf(all.subList(0, Math.min(limit, all.size())));
    }
}
