package io.headrace.wear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.headrace.catalogue.TrustedRecords;
import io.headrace.record.Model;
import io.headrace.record.ModelError;
import io.headrace.record.TrainedOn;
import io.headrace.wear.WearModel.Scratch;
import io.headrace.wear.WearModel.Taken;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WearModelTest {
    private static final long HOUR = 3_600_000_000L;

    static {
        TrustedRecords.trust(Model.class); // where no topic is declared
    }

    /** Of one metric: what remains is 60 steps, less 10 for each degree that the quickest average is above 20. */
    private static final WearModel PLAIN = plain();

    private final WearState state = new WearState(PLAIN.shape());
    private final Scratch scratch = new Scratch(PLAIN.shape());

    private static WearModel plain() {
        double[] second = new double[Curve.all(1) + 1];
        second[0] = -10;
        second[second.length - 1] = 60;
        double[] below = new double[Spreads.PARTS];
        double[] above = new double[Spreads.PARTS];
        Arrays.fill(below, -7);
        Arrays.fill(above, 8);
        return new WearModel(
                new Shape(List.of("heat"), List.of(), HOUR),
                new Normal(
                        new double[0],
                        new double[0],
                        new double[0],
                        new double[] {20},
                        new double[] {1},
                        new double[] {20},
                        new double[] {1}),
                new Curve(new double[Curve.linear(1) + 1], second, 100),
                new Spreads(below, above),
                new double[] {0});
    }

    @Test
    void aStepIsItsMeanAndIsToldWhenTheNextBegins() {
        for (int step = 0; step < 10; step++) {
            assertThat(take(step, 0, 21)).isEqualTo(step == 0 ? Taken.ADDED : Taken.ENDED_STEP);
            assertThat(take(step, 30, 25)).isEqualTo(Taken.ADDED);
        }
        assertThat(PLAIN.canJudge(state)).isFalse();

        assertThat(take(10, 0, 99)).isEqualTo(Taken.ENDED_STEP);

        assertThat(PLAIN.canJudge(state)).isTrue();
        Estimate estimate = PLAIN.estimate(state, scratch);
        assertThat(estimate.remaining()).isEqualTo(60 - 30, within(1e-9));
        assertThat(estimate.low()).isEqualTo(23, within(1e-9));
        assertThat(estimate.high()).isEqualTo(38, within(1e-9));
        assertThat(estimate.health()).isEqualTo(0.3, within(1e-9));
        assertThat(PLAIN.effect(0, scratch)).isEqualTo(-30, within(1e-9));
    }

    @Test
    void whatComesLateChangesNothing() {
        steps(0, 20, 22);
        Estimate before = PLAIN.estimate(state, scratch);

        assertThat(take(5, 0, 1_000)).isEqualTo(Taken.LATE);

        assertThat(PLAIN.estimate(state, scratch)).isEqualTo(before);
    }

    @Test
    void valuesBeyondAllMeasureMakeNoNonsense() {
        steps(0, 20, 21);
        for (double wild : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e300, -1e300, 1e12}) {
            take(20, 0, wild);
        }
        take(21, 0, 21);

        Estimate estimate = PLAIN.estimate(state, scratch);
        assertThat(estimate.remaining()).isBetween(0.0, 100.0);
        assertThat(estimate.low()).isBetween(0.0, estimate.remaining());
    }

    @Test
    void anUpperEndBeyondTheLimitIsUnknown() {
        steps(0, 20, 16.5);

        Estimate estimate = PLAIN.estimate(state, scratch);

        assertThat(estimate.remaining()).isEqualTo(95, within(1e-6));
        assertThat(estimate.high()).isNaN();
    }

    @Test
    void afterALongSilenceThePastIsForgotten() {
        steps(0, 200, 26);
        take(5_000, 0, 20);
        take(5_001, 0, 20);

        assertThat(PLAIN.estimate(state, scratch).remaining()).isEqualTo(60, within(1e-6));
    }

    @Test
    void whatIsStoredGoesOnAsIfItHadNeverBeen() {
        Random random = new Random(1);
        WearState stored = new WearState(PLAIN.shape());
        for (int i = 0; i < 500; i++) {
            double value = 20 + random.nextGaussian();
            long at = i * HOUR / 3;
            PLAIN.take(state, at, new double[] {value}, scratch);
            PLAIN.take(stored, at, new double[] {value}, scratch);
            ByteBuffer bytes = ByteBuffer.allocate(stored.bytes());
            stored.save(bytes);
            assertThat(bytes.hasRemaining()).isFalse();
            stored = WearState.load(PLAIN.shape(), bytes.flip());
        }

        assertThat(PLAIN.estimate(stored, scratch)).isEqualTo(PLAIN.estimate(state, scratch));
    }

    @Test
    void aDeviceThatLacksMostMetricsIsNotJudged() {
        Shape three = new Shape(List.of("a", "b", "c"), List.of(), HOUR);
        WearModel model = new WearModel(
                three,
                new Normal(
                        new double[0],
                        new double[0],
                        new double[0],
                        new double[3],
                        new double[3],
                        new double[3],
                        new double[] {1, 1, 1}),
                PLAIN.curve(),
                PLAIN.spreads(),
                new double[3]);
        WearState one = new WearState(three);
        Scratch mine = new Scratch(three);
        for (int step = 0; step < 30; step++) {
            model.take(one, step * HOUR, new double[] {1, Double.NaN, Double.NaN}, mine);
        }
        assertThat(model.canJudge(one)).isFalse();

        model.take(one, 30 * HOUR, new double[] {1, 1, Double.NaN}, mine);
        model.take(one, 31 * HOUR, new double[] {1, 1, Double.NaN}, mine);
        assertThat(model.canJudge(one)).isTrue();
    }

    @Test
    void aModelIsTheSameOutOfItsRecord() throws Exception {
        WearModel read = ModelForm.read(record().build());

        steps(0, 30, 22.5);
        assertThat(read.shape()).isEqualTo(PLAIN.shape());
        assertThat(read.estimate(state, scratch)).isEqualTo(PLAIN.estimate(state, scratch));
    }

    @Test
    void aRecordThatIsNoModelIsRefusedByItsMember() {
        refused(record().setKind("deep"), "kind is deep where wear is known");
        refused(record().setStepMs(0), "stepMs must be 1000 to");
        refused(record().setLimitSteps(Double.NaN), "limitSteps must be 1 to");
        refused(record().setMetrics(List.of()), "metrics must be 1 to 32 different names");
        refused(record().setMetrics(List.of("a", "a")), "metrics must be");
        refused(record().setOperating(Collections.nCopies(5, "a")), "operating must be 0 to 4");
        refused(record().setParameters(changed("second", List.of(1.0))), "parameters.second must be");
        refused(record().setParameters(changed("spread", List.of(0.0))), "parameters.spread must be above 0");
        refused(record().setParameters(changed("healthy", List.of(Double.NaN))), "parameters.healthy must be 1 finite");
        refused(
                record().setParameters(changed("more", Collections.nCopies(ModelForm.MOST_NUMBERS, 1.0))),
                "parameters has");
    }

    private static void refused(Model.Builder record, String message) {
        assertThatThrownBy(() -> ModelForm.read(record.build()))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageStartingWith(message);
    }

    private static Map<String, List<Double>> changed(String name, List<Double> values) {
        Map<String, List<Double>> parameters = new HashMap<>(ModelForm.parameters(PLAIN));
        parameters.put(name, values);
        return parameters;
    }

    private static Model.Builder record() {
        return Model.newBuilder()
                .setName("plain")
                .setVersion(1)
                .setKind(ModelForm.KIND)
                .setMetrics(PLAIN.shape().metrics())
                .setStepMs(HOUR / 1_000)
                .setLimitSteps(100)
                .setParameters(ModelForm.parameters(PLAIN))
                .setTrainedOn(new TrainedOn(0, 0, 0L, Instant.EPOCH, Instant.EPOCH, "csv"))
                .setError(new ModelError(0.0, 0.0, 0.0))
                .setCreatedAt(Instant.EPOCH)
                .setCreatedBy("test");
    }

    private void steps(int from, int to, double value) {
        for (int step = from; step <= to; step++) {
            take(step, 0, value);
        }
    }

    private Taken take(int step, int minutes, double value) {
        return PLAIN.take(state, step * HOUR + minutes * (HOUR / 60), new double[] {value}, scratch);
    }
}
