package io.headrace.streams.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headrace.catalogue.Headers;
import io.headrace.record.Clock;
import io.headrace.record.WindowAggregate;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When results come, what they are called, and what they say of what is missing. */
class WindowResultsTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final Map<String, String> EVERY_KIND = Map.ofEntries(
            Map.entry("processors.windows.plain.size", "5min"),
            Map.entry("processors.windows.hop.kind", "hopping"),
            Map.entry("processors.windows.hop.size", "2min"),
            Map.entry("processors.windows.hop.hop", "1min"),
            Map.entry("processors.windows.slide.kind", "sliding"),
            Map.entry("processors.windows.slide.size", "1min"),
            Map.entry("processors.windows.run.kind", "session"),
            Map.entry("processors.windows.run.gap", "30s"),
            Map.entry("processors.windows.day.size", "day"));

    @TempDir
    private Path folder;

    private WindowTask task(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(EVERY_KIND);
        settings.putAll(more);
        return new WindowTask(settings, false, folder);
    }

    private static void send(WindowTask task, long second, double value) {
        task.send("d", "d", START.plusSeconds(second), Clock.DEVICE, Map.of("t", value));
    }

    private static List<WindowAggregate> take(WindowTask task, String window) {
        List<WindowAggregate> taken = task.results().stream()
                .filter(result -> result.getWindow().equals(window))
                .toList();
        task.results().clear();
        return taken;
    }

    private static String text(WindowAggregate result) {
        return Duration.between(START, result.getStart()).toSeconds() + "-"
                + Duration.between(START, result.getEnd()).toSeconds() + " r" + result.getRevision()
                + (result.getProvisional() ? " provisional" : "")
                + (result.getRetracted() ? " retracted" : " n" + result.getCount());
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "hop", "slide", "run", "day"})
    void closeByTheWallClockWhenTheDeviceIsSilentOrNeverKnowsTheTime(String window) {
        // Given
        WindowTask silent = task(Map.of());
        send(silent, 10, 1);
        WindowTask corrected = task(Map.of());

        // When
        silent.pass(Duration.ofSeconds(121));
        for (int i = 0; i < 60; i++) {
            corrected.send("d", "d", corrected.now(), Clock.CORRECTED, Map.of("t", 1.0));
            corrected.pass(Duration.ofSeconds(i < 50 ? 15 : 40));
        }

        // Then
        assertThat(take(silent, window)).isNotEmpty().allMatch(result -> result.getRevision() == 0);
        if (!window.equals("day")) {
            assertThat(take(corrected, window)).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "hop", "slide", "run", "day"})
    void goToTheLateTopicWhenTheirWindowIsGone(String window) {
        // Given
        WindowTask task = task(Map.of("processors.window.keep", "1h"));
        send(task, 0, 1);
        send(task, 3 * 86_400, 2);
        take(task, window);

        // When
        task.send("d", "d", START.plusSeconds(20), Clock.DEVICE, Map.of("t", 3.0, "text", "x"));
        task.pass(Duration.ofSeconds(5));

        // Then
        assertThat(take(task, window)).isEmpty();
        assertThat(task.late()).singleElement().satisfies(late -> {
            assertThat(Headers.find(late.headers(), Headers.LATE_WINDOWS)
                            .orElseThrow()
                            .split(",", -1))
                    .contains(window);
            assertThat(Headers.find(late.headers(), Headers.LATE_SIZES)).contains("60000,3600000");
            assertThat(late.reading().getValues()).containsOnlyKeys("t");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "hop", "slide", "run"})
    void areProvisionalAtMostOncePerIntervalAndThenFinal(String window) {
        // Given
        WindowTask task = task(Map.of("processors.windows." + window + ".provisional", "10s"));

        // When
        for (int i = 0; i < 30; i++) {
            send(task, i, i);
            task.pass(Duration.ofSeconds(1));
        }
        List<WindowAggregate> open = take(task, window);
        task.pass(Duration.ofMinutes(3));
        List<WindowAggregate> closed = take(task, window);

        // Then
        assertThat(open).isNotEmpty().allMatch(result -> result.getProvisional() && result.getRevision() == 0);
        if (window.equals("plain")) {
            assertThat(open).extracting(WindowAggregate::getCount).containsExactly(10L, 20L, 30L);
            assertThat(closed).extracting(WindowResultsTest::text).containsExactly("0-300 r0 n30");
        }
        assertThat(closed.stream().filter(result -> !result.getProvisional())).isNotEmpty();
        assertThat(open).allMatch(result -> result.getMissingRatio() == null);
    }

    @Test
    void ofSessionsAreTakenBackWhenTheyAreJoined() {
        // Given
        WindowTask task = task(Map.of("processors.window.grace", "1s"));
        send(task, 0, 1);
        send(task, 50, 2);
        send(task, 200, 3);
        assertThat(take(task, "run")).extracting(WindowResultsTest::text).containsExactly("0-30 r0 n1", "50-80 r0 n1");

        // When
        send(task, 25, 4);
        task.pass(Duration.ofSeconds(2));

        // Then
        assertThat(take(task, "run"))
                .extracting(WindowResultsTest::text)
                .containsExactly("50-80 r1 retracted", "0-80 r1 n3");
    }

    @Test
    void ofSessionsBeginEarlierWhenAnEarlierReadingComes() {
        // Given
        WindowTask task = task(Map.of("processors.window.grace", "1s"));
        send(task, 50, 2);
        send(task, 200, 3);
        assertThat(take(task, "run")).extracting(WindowResultsTest::text).containsExactly("50-80 r0 n1");

        // When
        send(task, 20, 4);
        task.pass(Duration.ofSeconds(2));

        // Then
        assertThat(take(task, "run"))
                .extracting(WindowResultsTest::text)
                .containsExactly("50-80 r1 retracted", "20-80 r1 n2");
    }

    @Test
    void areOfTheWindowsThatTheTagsOfADeviceChoose() {
        // Given
        WindowTask task = task(Map.of("processors.windows.plain.when.tag.type", "pump"));

        // When
        task.send("d", "d", START, Clock.DEVICE, Map.of("t", 1.0), Map.of("type", "pump"));
        task.send("e", "e", START, Clock.DEVICE, Map.of("t", 1.0), Map.of("type", "fan"));
        task.pass(Duration.ofMinutes(3));

        // Then
        assertThat(task.results())
                .filteredOn(result -> result.getWindow().equals("plain"))
                .extracting(WindowAggregate::getDeviceId)
                .containsExactly("d");
        assertThat(task.results())
                .filteredOn(result -> result.getWindow().equals("day"))
                .extracting(WindowAggregate::getDeviceId)
                .containsExactlyInAnyOrder("d", "e");
    }

    @Test
    void sayHowManyValuesAreMissingByTheIntervalThatIsConfigured() {
        // Given
        WindowTask task = task(Map.of("processors.window.expected-interval", "10s"));
        for (int second = 0; second < 300; second += 10) {
            if (second < 100 || second >= 220) {
                send(task, second, 1);
            }
        }

        // When
        task.pass(Duration.ofMinutes(3));

        // Then
        assertThat(take(task, "plain")).singleElement().satisfies(result -> {
            assertThat(result.getExpectedCount()).isEqualTo(30);
            assertThat(result.getMissingRatio()).isCloseTo(12 / 30.0, within(1e-9));
            // heard at 90 and at 220: nothing within ten seconds from 105, the end of that slot and ten, to 210
            assertThat(result.getUptimeRatio()).isCloseTo(1 - 105 / 300.0, within(1e-9));
        });
    }

    @Test
    void learnTheIntervalFromTheWindowsBefore() {
        // Given
        WindowTask task = task(Map.of());
        for (int second = 0; second < 1_200; second += 5) {
            if (second < 600 || second >= 750) {
                send(task, second, 1);
            }
        }

        // When
        task.pass(Duration.ofMinutes(3));

        // Then
        assertThat(take(task, "plain"))
                .extracting(result -> Math.round(100 * result.getMissingRatio()))
                .containsExactly(0L, 0L, 50L, 0L);
    }

    @Test
    void sayNothingOfWhatIsMissingWhereNothingIsExpected() {
        WindowTask task = task(Map.of("processors.window.expected-interval", "none"));
        send(task, 0, 1);
        send(task, 10, 1);

        task.pass(Duration.ofMinutes(3));

        assertThat(take(task, "plain")).singleElement().satisfies(result -> {
            assertThat(result.getExpectedCount()).isNull();
            assertThat(result.getMissingRatio()).isNull();
            assertThat(result.getUptimeRatio()).isNull();
        });
    }

    @Test
    void leaveNothingBehindWhenTheirDefinitionIsGone() {
        // Given
        WindowTask task = task(Map.of());
        send(task, 0, 1);
        WindowTask without = task.withSettings(Map.of());

        // When
        send(without, 10, 1);
        without.pass(Duration.ofMinutes(3));

        // Then
        assertThat(without.results()).extracting(WindowAggregate::getWindow).containsOnly("");
        assertThat(without.rows()).isEqualTo(4);
    }
}
