package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headrace.catalogue.Headers;
import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import io.headrace.record.Model;
import io.headrace.record.ModelError;
import io.headrace.record.Prediction;
import io.headrace.record.Rule;
import io.headrace.record.RuleTarget;
import io.headrace.record.ThresholdCheck;
import io.headrace.record.TrainedOn;
import io.headrace.streams.state.WriteBackStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of devices' lives, in the application that decodes what they send. */
class PredictFragmentTest {
    private static final Instant START = Pipeline.NOW.minus(Duration.ofHours(10));

    @TempDir
    private Path folder;

    private Pipeline pipeline;

    @BeforeEach
    void start() {
        pipeline = new Pipeline(folder, Map.of("processors.fragments", "normalize,route,predict,rules"));
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    /**
     * A step is a minute; what remains is 60 minutes, less {@code perDegree} for each degree that the quickest average of
     * heat is above 20; nine of ten within 7 below and 8 above.
     */
    private static Model.Builder model(String name, long version, double perDegree) {
        Map<String, List<Double>> parameters = new HashMap<>();
        parameters.put("center", List.of());
        parameters.put("width", List.of());
        parameters.put("regimes", List.of());
        parameters.put("means", List.of(20.0));
        parameters.put("deviations", List.of(1.0));
        parameters.put("middle", List.of(20.0));
        parameters.put("spread", List.of(1.0));
        parameters.put("healthy", List.of(0.0));
        parameters.put("first", Collections.nCopies(13, 0.0));
        Double[] second = Collections.nCopies(23, 0.0).toArray(Double[]::new);
        second[0] = -perDegree;
        second[22] = 60.0;
        parameters.put("second", List.of(second));
        parameters.put("below", Collections.nCopies(10, -7.0));
        parameters.put("above", Collections.nCopies(10, 8.0));
        return Model.newBuilder()
                .setName(name)
                .setVersion(version)
                .setKind("wear")
                .setMetrics(List.of("heat"))
                .setStepMs(60_000)
                .setLimitSteps(100)
                .setParameters(parameters)
                .setTrainedOn(new TrainedOn(10, 10, 1_000L, Instant.EPOCH, Instant.EPOCH, "csv"))
                .setError(new ModelError(0.0, 0.0, 0.9))
                .setCreatedAt(Pipeline.NOW)
                .setCreatedBy("test");
    }

    private void put(Model.Builder model) {
        pipeline.put(pipeline.catalogue.models(), model.getName(), model.build());
    }

    private void heat(String device, double minute, double value) {
        measured(device, minute, "{\"heat\": " + value + "}");
    }

    private void measured(String device, double minute, String values) {
        long ts = START.plusMillis((long) (minute * 60_000)).toEpochMilli();
        pipeline.send(device, "{\"ts\": " + ts + ", \"values\": " + values + "}");
    }

    private List<TestRecord<String, Prediction>> predictions() {
        return pipeline.all(pipeline.catalogue.predictions());
    }

    private static long minutes(Long micros) {
        return Math.round(micros / 60e6);
    }

    @Test
    void whatRemainsIsToldAfterTenWholeStepsAndThenWhenItIsNews() {
        // Given
        put(model("plain", 1, 10));

        // When: from the tenth minute on it falls by a minute each minute, as it should, until it gets hot at once
        for (int minute = 0; minute < 16; minute++) {
            heat("pump", minute, 22 + Math.max(0, minute - 9) * 0.1);
            heat("pump", minute + 0.5, 22 + Math.max(0, minute - 9) * 0.1);
        }
        heat("pump", 16, 40);
        heat("pump", 17, 40);
        heat("pump", 18, 40);

        // Then
        List<TestRecord<String, Prediction>> told = predictions();
        assertThat(told).hasSize(2);
        Prediction first = told.getFirst().value();
        assertThat(told.getFirst().key()).isEqualTo("pump");
        assertThat(Headers.find(told.getFirst().headers(), Headers.ORIGIN)).contains("0:20");
        assertThat(told.getFirst().headers()).hasSize(1);
        assertThat(first.getModel()).isEqualTo("plain");
        assertThat(first.getVersion()).isEqualTo(1);
        assertThat(first.getAt()).isEqualTo(START.plusSeconds(600));
        assertThat(minutes(first.getRemainingUs())).isEqualTo(40);
        assertThat(minutes(first.getLowUs())).isEqualTo(33);
        assertThat(minutes(first.getHighUs())).isEqualTo(48);
        assertThat(first.getHealth()).isCloseTo(0.4, within(1e-9));
        assertThat(first.getReason()).isEqualTo("about 40 min left (33 min to 48 min), for heat");
        assertThat(first.getDrivers()).hasSize(1).allSatisfy(driver -> {
            assertThat(driver.getMetric()).isEqualTo("heat");
            assertThat(minutes(driver.getEffectUs())).isEqualTo(-20);
        });
        assertThat(told.getLast().value().getAt()).isEqualTo(START.plusSeconds(18 * 60));
        assertThat(minutes(told.getLast().value().getRemainingUs())).isLessThan(27);
        assertThat(pipeline.count("headrace.predict.predictions", "change", "told"))
                .isEqualTo(2);
    }

    @Test
    void lateAndDisorderedReadingsOfTheStepInHandCountAndOlderOnesDont() {
        // Given: the same minutes, in order for one device, and shuffled within each minute for the other
        put(model("plain", 1, 10));
        for (int minute = 0; minute < 12; minute++) {
            heat("ordered", minute, 21);
            heat("ordered", minute + 0.3, 22);
            heat("ordered", minute + 0.6, 23);
            heat("disordered", minute + 0.6, 23);
            heat("disordered", minute, 21);
            heat("disordered", minute + 0.3, 22);
        }

        // When
        heat("disordered", 3, 500);
        heat("ordered", 12, 22);
        heat("disordered", 12, 22);

        // Then
        List<Prediction> told = predictions().stream().map(TestRecord::value).toList();
        assertThat(told).hasSize(2);
        assertThat(told.getFirst().getDeviceId()).isEqualTo("ordered");
        assertThat(told.getLast().getRemainingUs()).isEqualTo(told.getFirst().getRemainingUs());
        assertThat(pipeline.count("headrace.predict.passed.over", "why", "late"))
                .isEqualTo(1);
    }

    @Test
    void whichVersionJudgesHingesOnWhenTheReadingWasReceived() {
        // Given: a version of the same shape goes on with what the one before remembers
        Instant point = Pipeline.NOW.plusSeconds(100);
        put(model("plain", 2, 5)
                .setEffectiveAt(point)
                .setEarlier(model("plain", 1, 10).build()));

        // When
        for (int minute = 0; minute <= 30; minute++) {
            Instant received = minute < 20 ? point.minusMillis(1) : point;
            long ts = START.plusSeconds(60L * minute).toEpochMilli();
            pipeline.sendAt(received, "pump", "{\"ts\": " + ts + ", \"values\": {\"heat\": 22}}");
        }

        // Then
        List<Prediction> told = predictions().stream().map(TestRecord::value).toList();
        assertThat(told).filteredOn(each -> each.getVersion() == 1).isNotEmpty().allSatisfy(each -> {
            assertThat(each.getAt()).isBefore(START.plusSeconds(20 * 60));
            assertThat(minutes(each.getRemainingUs())).isEqualTo(40);
        });
        assertThat(told).filteredOn(each -> each.getVersion() == 2).isNotEmpty().allSatisfy(each -> {
            assertThat(each.getAt()).isAfterOrEqualTo(START.plusSeconds(20 * 60));
            assertThat(minutes(each.getRemainingUs())).isEqualTo(50);
        });
        assertThat(told.stream()
                        .filter(each -> each.getVersion() == 2)
                        .findFirst()
                        .orElseThrow()
                        .getAt())
                .isEqualTo(START.plusSeconds(20 * 60));
    }

    @Test
    void aPredictionWhoseModelIsGoneIsWithdrawnWithTheNextReadingAndNothingIsKept() {
        // Given
        put(model("plain", 1, 10));
        for (int minute = 0; minute <= 12; minute++) {
            heat("pump", minute, 22);
        }
        assertThat(predictions()).hasSize(1);
        assertThat(stored()).isEqualTo(1);

        // When
        pipeline.put(pipeline.catalogue.models(), "plain", null);
        heat("pump", 13, 22);
        heat("pump", 14, 22);

        // Then
        assertThat(predictions()).singleElement().satisfies(gone -> {
            assertThat(gone.value().getModel()).isEqualTo("plain");
            assertThat(gone.value().getRemainingUs()).isNull();
            assertThat(gone.value().getHealth()).isNull();
        });
        assertThat(stored()).isZero();
    }

    @Test
    void aDeviceThatIsRepairedBeginsAnew() {
        // Given: worn
        put(model("plain", 1, 10));
        for (int minute = 0; minute < 30; minute++) {
            heat("pump", minute, 24);
        }
        assertThat(predictions()).isNotEmpty();

        // When: as new from then on, until its averages have been so for ten steps
        for (int minute = 30; minute < 80; minute++) {
            heat("pump", minute, 15);
        }

        // Then
        assertThat(pipeline.count("headrace.predict.renewals")).isEqualTo(1);
        assertThat(predictions()).last().satisfies(told -> {
            assertThat(minutes(told.value().getRemainingUs())).isEqualTo(100);
            assertThat(told.value().getReason()).isEqualTo("no wear shows: 100 min left or more");
        });
    }

    @Test
    void aModelIsAboutItsTargetAndOfOthersNothingIsStored() {
        // Given
        put(model("plain", 1, 10).setTarget(new RuleTarget(List.of("pump-1"), Map.of())));

        // When
        for (int minute = 0; minute <= 12; minute++) {
            heat("pump-1", minute, 22);
            heat("pump-2", minute, 22);
            measured("pump-1", minute, "{\"other\": 1}");
        }

        // Then
        assertThat(predictions()).extracting(TestRecord::key).containsOnly("pump-1");
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void anErasedDeviceIsForgottenAndBeginsAnew() {
        // Given
        put(model("plain", 1, 10));
        for (int minute = 0; minute <= 12; minute++) {
            heat("pump", minute, 22);
            heat("pump-2", minute, 22);
        }
        predictions();

        // When
        pipeline.erase("pump", 26);

        // Then
        assertThat(stored()).isEqualTo(1);
        heat("pump", 13, 22);
        assertThat(predictions()).isEmpty();
    }

    @Test
    void oddReadingsAreNotThereAndHarmNobody() {
        // Given
        put(model("plain", 1, 10));

        // When
        for (int minute = 0; minute <= 12; minute++) {
            measured("pump", minute, "{\"heat\": \"warm\", \"other\": 3}");
            measured("pump", minute, "{\"heat\": 1e300}");
            heat("sound", minute, 22);
        }
        long ahead = Pipeline.NOW.plus(Duration.ofDays(9)).toEpochMilli();
        pipeline.send("sound", "{\"ts\": " + ahead + ", \"values\": {\"heat\": 22}}");
        heat("sound", 13, 22);

        // Then: what is beyond measure counts as far away; a clock that is wrong moves nothing
        assertThat(predictions()).filteredOn(each -> each.key().equals("sound")).hasSize(1);
        assertThat(pipeline.count("headrace.predict.passed.over", "why", "untimed"))
                .isEqualTo(1);
        assertThat(pipeline.deadLetters()).isEmpty();
    }

    @Test
    void aModelThatCannotBeAppliedIsLeftAloneAndTheOneBeforeItGoesOn() {
        // Given
        put(model("later", 1, 10).setKind("deeper"));
        put(model("plain", 2, 10)
                .setKind("deeper")
                .setEarlier(model("plain", 1, 10).build()));

        // When
        for (int minute = 0; minute <= 12; minute++) {
            heat("pump", minute, 22);
        }

        // Then
        assertThat(predictions()).singleElement().satisfies(told -> {
            assertThat(told.value().getModel()).isEqualTo("plain");
            assertThat(told.value().getVersion()).isEqualTo(1);
        });
        assertThat(pipeline.meters.get("headrace.predict.models.broken").gauge().value())
                .isEqualTo(2);
    }

    @Test
    void aRuleAboutWhatRemainsRaisesAnAlert() {
        // Given
        put(model("plain", 1, 10));
        pipeline.put(
                pipeline.catalogue.rules(),
                "worn",
                Rule.newBuilder()
                        .setId("worn")
                        .setCondition("")
                        .setCheck(new ThresholdCheck("prediction.plain.low_hours", null, 0.5, 0.1))
                        .setUpdatedAt(Pipeline.NOW)
                        .build());

        // When
        for (int minute = 0; minute <= 12; minute++) {
            heat("pump", minute, 22);
        }
        assertThat(pipeline.all(pipeline.catalogue.alerts())).isEmpty();
        for (int minute = 13; minute <= 40; minute++) {
            heat("pump", minute, 22 + 0.1 * (minute - 12));
        }

        // Then
        List<TestRecord<String, Alert>> alerts = pipeline.all(pipeline.catalogue.alerts());
        assertThat(alerts).singleElement().satisfies(alert -> {
            assertThat(alert.value().getState()).isEqualTo(AlertState.RAISED);
            assertThat(alert.value().getDeviceId()).isEqualTo("pump");
        });
    }

    private int stored() {
        int count = 0;
        if (pipeline.driver.getAllStateStores().get("predict-outlooks") instanceof WriteBackStore<?, ?> store) {
            try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
                for (; all.hasNext(); all.next()) {
                    count++;
                }
            }
            return count;
        }
        throw new AssertionError("there is no such store");
    }
}
