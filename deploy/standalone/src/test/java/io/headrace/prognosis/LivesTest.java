package io.headrace.prognosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.ConfigException;
import io.headrace.prognosis.StepMeans.Span;
import io.headrace.wear.Shape;
import io.headrace.wear.fit.Life;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LivesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Shape SHAPE = new Shape(List.of("heat", "flow"), List.of("load"), 3_600_000_000L);

    @TempDir
    private Path folder;

    private final List<String> lines = new ArrayList<>(List.of("metric,device_id,observed_at,value"));

    private void measured(String device, int minute, String metric, String value) {
        lines.add(metric + "," + device + "," + START.plus(Duration.ofMinutes(minute)) + "," + value);
    }

    private Lives lives(Failures failures) throws IOException {
        Files.write(folder.resolve("history.csv"), lines);
        return Lives.read(new CsvMeans(folder), failures, SHAPE, span(failures));
    }

    private static Span span(Failures failures) {
        return new Span(
                failures.devices(),
                List.of("heat", "flow", "load"),
                Instant.EPOCH,
                failures.last().plusMillis(1));
    }

    @Test
    void historyIsCutWhereDevicesFailed() throws Exception {
        // Given: two readings an hour for 40 hours; failures after 15 and 30; another device that never failed
        for (int hour = 0; hour < 40; hour++) {
            measured("pump", 60 * hour, "heat", Integer.toString(hour));
            measured("pump", 60 * hour + 30, "heat", Integer.toString(hour + 1));
            measured("pump", 60 * hour, "load", "1");
            measured("sound", 60 * hour, "heat", "1");
        }
        measured("pump", 61, "heat", "NaN");
        measured("pump", 61, "heat", "");
        measured("pump", 61, "flow", "7");
        measured("\"odd, pump\"", 61, "heat", "7");
        Failures failures = Failures.of(
                "failures.csv",
                List.of(
                        "time,device",
                        START.plus(Duration.ofHours(30)) + ",pump",
                        START.plus(Duration.ofMinutes(15 * 60 + 45)) + ",pump",
                        START.plus(Duration.ofHours(30)) + ",\"odd, pump\"",
                        START + ",stranger"));

        // When
        Lives lives = lives(failures);

        // Then
        assertThat(lives.all()).hasSize(2);
        Life first = lives.all().getFirst();
        Life second = lives.all().getLast();
        long epoch = START.getEpochSecond() / 3600;
        assertThat(first.steps()).hasSize(16).startsWith(epoch).endsWith(epoch + 15);
        assertThat(first.failedAt()).isEqualTo(epoch + 15.75);
        assertThat(first.rows()[1]).containsExactly(1.5, 7, 1);
        assertThat(first.rows()[2][1]).isNaN();
        assertThat(second.steps()).hasSize(14).startsWith(epoch + 16).endsWith(epoch + 29);
        assertThat(lives.passedOver())
                .containsExactly(
                        "1 of 1 failures of odd, pump have less than 10 steps of history before them",
                        "1 of 1 failures of stranger have less than 10 steps of history before them");
    }

    @Test
    void aStepIsARoundPartOfALife() throws Exception {
        measured("pump", 0, "heat", "1");
        Failures failures = Failures.of("f", List.of("device,time", "pump," + START.plus(Duration.ofDays(9))));
        Files.write(folder.resolve("history.csv"), lines);

        assertThat(Lives.step(new CsvMeans(folder), failures, span(failures))).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void whatIsWrongInAFileIsSaidWithItsLine() {
        assertThatThrownBy(() -> Failures.of("f.csv", List.of("device,when")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("f.csv must name the columns device, time in its first line: time isn't there");
        assertThatThrownBy(() -> Failures.of("f.csv", List.of("device,time", "pump,yesterday")))
                .hasMessage("f.csv, line 2: yesterday isn't a time such as 2026-03-01T06:00:00Z");
        assertThatThrownBy(() -> Failures.of("f.csv", List.of("device,time"))).hasMessageContaining("has 0 failures");
        measured("pump", 0, "heat", "warm");
        assertThatThrownBy(() -> lives(Failures.of("f", List.of("device,time", "pump," + START.plusSeconds(9)))))
                .hasMessage("history.csv, line 2: warm isn't a number");
        assertThatThrownBy(() -> new CsvMeans(folder.resolve("none"))
                        .beginnings(span(Failures.of("f", List.of("device,time", "pump," + START)))))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void noneOfTheDevicesHavingHistoryIsSaid() throws Exception {
        measured("pump", 0, "heat", "1");
        Failures failures = Failures.of("f", List.of("device,time", "stranger," + START.plusSeconds(9)));
        Files.write(folder.resolve("history.csv"), lines);

        assertThatThrownBy(() -> Lives.step(new CsvMeans(folder), failures, span(failures)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("none of the devices that failed has readings");
    }
}
