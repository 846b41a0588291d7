package io.headrace.streams.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import io.headrace.record.Clock;
import io.headrace.record.Reading;
import io.headrace.record.WindowAggregate;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices counted together, each with a clock of its own. */
class GroupWindowsTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final String NORTH = "site/north";
    private static final Map<String, String> TAGS = Map.of("site", "north", "type", "pump");

    @TempDir
    private Path folder;

    private WindowTask task;

    @BeforeEach
    void start() {
        task = new WindowTask(
                Map.of(
                        "processors.windows.by-site.size", "1min",
                        "processors.windows.by-site.group-by", "site",
                        "processors.window.idle-close", "2min",
                        "processors.window.counters", "*_total"),
                true,
                folder);
    }

    private Reading send(String device, long second, double value) {
        return task.send(NORTH, device, START.plusSeconds(second), Clock.DEVICE, Map.of("t", value), TAGS);
    }

    private List<String> counts() {
        List<String> counts = task.results().stream()
                .map(result -> Duration.between(START, result.getStart()).toSeconds() + ":" + result.getRevision() + ":"
                        + result.getCount())
                .toList();
        task.results().clear();
        return counts;
    }

    @Test
    void closeWhenTheTimeOfEveryMemberHasPassed() {
        // Given
        send("a", 10, 1);
        send("b", 20, 2);
        send("a", 95, 3);
        task.pass(Duration.ofSeconds(2));
        assertThat(task.results()).isEmpty();

        // When
        send("b", 91, 4);
        task.pass(Duration.ofSeconds(2));

        // Then
        assertThat(task.results()).singleElement().satisfies(result -> {
            assertThat(result.getDeviceId()).isEqualTo(NORTH);
            assertThat(result.getGroupBy()).isEqualTo("site");
            assertThat(result.getGroup()).isEqualTo("north");
            assertThat(result.getWindow()).isEqualTo("by-site");
            assertThat(result.getCount()).isEqualTo(2);
            assertThat(result.getSum()).isEqualTo(3);
            assertThat(result.getRevision()).isZero();
        });
    }

    @Test
    void countAMemberWhoseClockIsCorrectedBesideThoseAheadOfTheGroup() {
        // Given
        send("a", 10, 1);
        task.pass(Duration.ofSeconds(2));
        send("b", 130, 2);

        // When
        task.send(NORTH, "c", START.plusSeconds(140), Clock.CORRECTED, Map.of("t", 3.0), TAGS);
        task.pass(Duration.ofMinutes(5));

        // Then
        assertThat(counts()).containsExactlyInAnyOrder("0:0:1", "120:0:2");
    }

    @Test
    void areNotHeldUpByAMemberWhoseClockIsIn1970() {
        // Given
        for (String device : List.of("a", "b", "broken")) {
            send(device, device.equals("broken") ? -1_700_000_000 : 10, 1);
        }

        // When
        send("a", 95, 1);
        send("b", 95, 1);
        send("broken", -1_699_999_900, 1);
        task.pass(Duration.ofSeconds(2));

        // Then
        assertThat(counts()).contains("0:0:2");
        Reading late = send("broken", -1_699_999_800, 1);
        assertThat(task.late()).last().satisfies(record -> {
            assertThat(record.key()).isEqualTo("broken");
            assertThat(record.reading().getOrigin()).isEqualTo(late.getOrigin());
            assertThat(Headers.find(record.headers(), Headers.LATE_WINDOWS)).contains("by-site");
            assertThat(Headers.find(record.headers(), Headers.LATE_SIZES)).isEmpty();
        });
    }

    @Test
    void areNotHeldUpByAMemberThatHasFallenSilent() {
        // Given
        send("a", 10, 1);
        send("b", 10, 1);

        // When
        for (int i = 0; i < 13; i++) {
            send("a", 95 + i * 10, 1);
            task.pass(Duration.ofSeconds(10));
        }

        // Then
        assertThat(counts()).contains("0:0:2", "60:0:3");
    }

    @Test
    void comeAgainWithAHigherRevisionWhenAMemberBringsMore() {
        // Given
        send("a", 10, 1);
        send("a", 95, 1);
        task.pass(Duration.ofSeconds(2));
        assertThat(counts()).containsExactly("0:0:1");

        // When
        send("b", 30, 1);
        send("b", 31, 1);
        task.pass(Duration.ofSeconds(3));

        // Then
        assertThat(counts()).containsExactly("0:1:3");
    }

    @Test
    void goOnAfterARestartAndWaitForTheSameMembers() {
        // Given
        send("a", 10, 1);
        send("b", 20, 2);

        // When
        task.restart();
        send("a", 95, 3);
        task.pass(Duration.ofSeconds(2));
        assertThat(task.results()).isEmpty();
        send("b", 95, 4);
        task.pass(Duration.ofSeconds(2));

        // Then
        assertThat(counts()).containsExactly("0:0:2");
    }

    @Test
    void closeByTheWallClockWhenAllAreSilent() {
        send("a", 10, 1);
        send("b", 10, 1);

        task.pass(Duration.ofSeconds(125));

        assertThat(counts()).containsExactly("0:0:2");
    }

    @Test
    void areNoMoreThanThereMayBe() {
        // Given
        task = new WindowTask(
                Map.of(
                        "processors.windows.by-site.size", "1min",
                        "processors.windows.by-site.group-by", "site",
                        "processors.window.max-groups", "2"),
                true,
                folder);

        // When
        for (String site : List.of("north", "south", "east", "south")) {
            task.send("site/" + site, "a", START, Clock.DEVICE, Map.of("t", 1.0), Map.of("site", site));
        }
        task.pass(Duration.ofSeconds(125));

        // Then
        assertThat(task.results())
                .extracting(result -> result.getGroup() + result.getCount())
                .containsExactlyInAnyOrder("north1", "south2");
    }

    @Test
    void doNotMixGroups() {
        // Given
        send("a", 10, 1);
        task.send("site/south", "z", START.plusSeconds(11), Clock.DEVICE, Map.of("t", 7.0), Map.of("site", "south"));

        // When
        task.pass(Duration.ofSeconds(125));

        // Then
        assertThat(task.results())
                .extracting(WindowAggregate::getGroup, WindowAggregate::getSum)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("north", 1.0),
                        org.assertj.core.groups.Tuple.tuple("south", 7.0));
    }
}
