package io.headrace.control.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.TrustedRecords;
import io.headrace.control.models.PredictedCourse.Point;
import io.headrace.record.Origin;
import io.headrace.record.Prediction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PredictedTest {
    private static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");

    private final Predicted predicted = new Predicted(100, 10_000);

    @BeforeAll
    static void trust() {
        TrustedRecords.trust(Prediction.class);
    }

    private static Prediction prediction(String device, String model, int minute, @Nullable Long remainingMs) {
        return Prediction.newBuilder()
                .setDeviceId(device)
                .setModel(model)
                .setVersion(1)
                .setAt(NOON.plusSeconds(60L * minute))
                .setReceivedAt(NOON)
                .setRemainingUs(remainingMs == null ? null : remainingMs * 1_000)
                .setLowUs(remainingMs == null ? null : remainingMs * 500)
                .setOrigin(new Origin(0, 0L, 0))
                .build();
    }

    private List<String> soonest(Optional<String> model, int limit) {
        return predicted.soonest(model, limit).stream()
                .map(each -> each.getDeviceId() + " " + each.getModel() + " " + each.getRemainingUs() / 1_000)
                .toList();
    }

    @Test
    void who_has_least_left_comes_first_by_what_was_told_last() {
        predicted.plus(prediction("a", "pump", 0, 50L));
        predicted.plus(prediction("b", "pump", 0, 40L));
        predicted.plus(prediction("b", "fan", 0, 30L));
        predicted.plus(prediction("a", "pump", 1, 20L));

        assertThat(soonest(Optional.empty(), 9)).containsExactly("a pump 20", "b fan 30", "b pump 40");
        assertThat(soonest(Optional.of("pump"), 1)).containsExactly("a pump 20");
        assertThat(predicted.of("b")).extracting(Prediction::getModel).containsExactly("fan", "pump");
    }

    @Test
    void what_is_withdrawn_is_gone_with_its_course() {
        predicted.plus(prediction("a", "pump", 0, 50L));
        predicted.plus(prediction("a", "pump", 1, null));

        assertThat(predicted.of("a")).isEmpty();
        assertThat(predicted.course("a", "pump")).isEmpty();
    }

    @Test
    void a_course_has_the_last_points_in_their_order() {
        for (int minute = 0; minute < 1_000; minute++) {
            predicted.plus(prediction("a", "pump", minute, 1_000L - minute));
        }

        List<Point> points = predicted.course("a", "pump").orElseThrow().points();
        assertThat(points).hasSize(PredictedCourse.MOST);
        assertThat(points.getFirst()).isEqualTo(new Point(NOON.plusSeconds(60 * 744), 256, 128, null));
        assertThat(points.getLast()).isEqualTo(new Point(NOON.plusSeconds(60 * 999), 1, 0, null));
    }

    @Test
    void those_of_which_nothing_was_told_for_longest_are_forgotten() {
        Predicted small = new Predicted(3, 10);
        for (String device : List.of("a", "b", "c", "a", "d")) {
            small.plus(prediction(device, "pump", 0, 50L));
        }
        assertThat(small.soonest(Optional.empty(), 9))
                .extracting(Prediction::getDeviceId)
                .containsExactly("a", "c", "d");

        for (int minute = 0; minute < 8; minute++) {
            small.plus(prediction("d", "pump", minute, 50L));
        }
        assertThat(small.soonest(Optional.empty(), 9))
                .as("ten points are all that fit")
                .extracting(Prediction::getDeviceId)
                .containsExactly("d");
    }
}
