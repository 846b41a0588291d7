package io.headrace.wear.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.wear.Estimate;
import io.headrace.wear.ModelForm;
import io.headrace.wear.Shape;
import io.headrace.wear.WearModel;
import io.headrace.wear.WearModel.Scratch;
import io.headrace.wear.WearState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingTest {
    @Test
    void whatRemainsOfDevicesThatWearByAFormulaIsToldWithinTheStatedError() throws Exception {
        // Given
        Trained trained = Training.of(WornFleet.SHAPE, WornFleet.lives(40, 1), 100);

        // When
        Judged judged = judge(trained.model(), WornFleet.lives(60, 2));

        // Then
        assertThat(trained.accuracy().ofMean()).isBetween(25.0, 40.0);
        assertThat(trained.accuracy().rootMeanSquare()).isBetween(4.0, 16.0);
        assertThat(judged.rootMeanSquare).isCloseTo(trained.accuracy().rootMeanSquare(), within(2.5));
        assertThat(judged.coverage).isBetween(0.86, 0.97);
        assertThat(trained.accuracy().coverage()).isBetween(0.85, 0.98);
        assertThat(judged.nearEnd).isLessThan(8);
    }

    @Test
    void howADeviceIsRunIsToldApartFromItsWear() throws Exception {
        // Given: the load moves heat more than wear does
        List<Life> lives = WornFleet.lives(40, 1);
        Shape blind = new Shape(List.of("heat"), List.of(), WornFleet.MINUTE);
        Shape seeing = new Shape(List.of("heat"), List.of("load"), WornFleet.MINUTE);

        // When
        double errorOfBlind =
                Training.of(blind, columns(lives, 0), 100).accuracy().rootMeanSquare();
        Trained trained = Training.of(seeing, columns(lives, 0, 4), 100);

        // Then
        assertThat(trained.model().normal().regimes()).hasSize(2);
        assertThat(trained.accuracy().rootMeanSquare()).isLessThan(0.75 * errorOfBlind);
    }

    @Test
    void wayOfRunningThatMakesNoDifferenceIsOneRegime() throws Exception {
        // Given: dust in the place of load
        Shape shape = new Shape(List.of("vibration"), List.of("dust"), WornFleet.MINUTE);

        // When
        Trained trained = Training.of(shape, columns(WornFleet.lives(20, 1), 3, 1), 100);

        // Then
        assertThat(trained.model().normal().regimes()).hasSize(1);
    }

    @Test
    void theSameLivesMakeTheSameModel() throws Exception {
        assertThat(ModelForm.parameters(
                        Training.of(WornFleet.SHAPE, WornFleet.lives(12, 3), 0).model()))
                .isEqualTo(ModelForm.parameters(
                        Training.of(WornFleet.SHAPE, WornFleet.lives(12, 3), 0).model()));
    }

    @Test
    void metricsThatNeverChangeAreLeftOutAndSaid() throws Exception {
        Trained trained = Training.of(WornFleet.SHAPE, WornFleet.lives(12, 3), 0);

        assertThat(trained.dropped()).containsExactly("plate");
        assertThat(trained.model().shape().metrics()).containsExactly("heat", "dust", "vibration");
    }

    @Test
    void tooLittleIsRefusedWithWhatIsMissing() {
        Shape plate = new Shape(List.of("plate"), List.of(), WornFleet.MINUTE);
        List<Life> lives = WornFleet.lives(12, 3);
        List<Life> ofOne = lives.stream()
                .map(life -> new Life("pump", life.steps(), life.rows(), life.failedAt()))
                .toList();
        List<Life> brief = lives.stream()
                .map(life -> new Life(
                        life.device(),
                        Arrays.copyOf(life.steps(), 9),
                        Arrays.copyOf(life.rows(), 9),
                        life.steps()[0] + 9))
                .toList();

        assertThatThrownBy(() -> Training.of(WornFleet.SHAPE, lives.subList(0, 9), 0))
                .isInstanceOf(UnfitException.class)
                .hasMessage("there are 9 failures of 9 devices with history before them: a model needs 10 of 5");
        assertThatThrownBy(() -> Training.of(WornFleet.SHAPE, ofOne, 0)).hasMessageContaining("of 1 devices");
        assertThatThrownBy(() -> Training.of(WornFleet.SHAPE, brief, 0))
                .hasMessageContaining("half of the lives are shorter than 9 steps");
        assertThatThrownBy(() -> Training.of(plate, columns(lives, 2), 0))
                .hasMessage("none of the metrics ever changes: plate");
    }

    @Test
    void gapsAndWildValuesOfTheHistoryDoNoHarm() throws Exception {
        // Given: every third value of heat is missing, and one is beyond all measure
        List<Life> lives = WornFleet.lives(30, 1);
        for (Life life : lives) {
            for (int row = 0; row < life.rows().length; row += 3) {
                life.rows()[row][0] = Double.NaN;
            }
            life.rows()[50][3] = Double.POSITIVE_INFINITY;
        }
        lives.getFirst().rows()[7][0] = 1e12;

        // When
        Trained trained = Training.of(WornFleet.SHAPE, lives, 100);

        // Then
        assertThat(trained.accuracy().rootMeanSquare())
                .isLessThan(0.75 * trained.accuracy().ofMean());
        assertThat(ModelForm.parameters(trained.model()).values())
                .allSatisfy(values -> assertThat(values).allMatch(Double::isFinite));
    }

    private static org.assertj.core.data.Offset<Double> within(double offset) {
        return org.assertj.core.data.Offset.offset(offset);
    }

    private static List<Life> columns(List<Life> lives, int... columns) {
        List<Life> some = new ArrayList<>();
        for (Life life : lives) {
            double[][] rows = Arrays.stream(life.rows())
                    .map(row -> Arrays.stream(columns).mapToDouble(i -> row[i]).toArray())
                    .toArray(double[][]::new);
            some.add(new Life(life.device(), life.steps(), rows, life.failedAt()));
        }
        return some;
    }

    /** @param nearEnd error where 20 steps or fewer remain */
    private record Judged(double rootMeanSquare, double coverage, double nearEnd) {}

    /** Counted here, and not by what the fit counts its own error with. */
    private static Judged judge(WearModel model, List<Life> lives) {
        double squares = 0;
        double squaresNear = 0;
        int near = 0;
        int within = 0;
        int all = 0;
        for (Life life : columns(lives, 0, 1, 3, 4)) {
            WearState state = new WearState(model.shape());
            Scratch scratch = new Scratch(model.shape());
            for (int row = 0; row < life.steps().length; row++) {
                WearModel.takeWhole(state, life.steps()[row], life.rows()[row], model.normal(), scratch);
                if (!model.canJudge(state)) {
                    continue;
                }
                Estimate estimate = model.estimate(state, scratch);
                double truth = life.steps().length - 1 - row;
                double error = estimate.remaining() - Math.min(100, truth);
                squares += error * error;
                if (truth <= 20) {
                    squaresNear += error * error;
                    near++;
                }
                within += truth >= estimate.low() && !(truth > estimate.high()) ? 1 : 0;
                all++;
            }
        }
        return new Judged(Math.sqrt(squares / all), within / (double) all, Math.sqrt(squaresNear / near));
    }
}
