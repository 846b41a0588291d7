package io.headrace.streams.window.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.streams.window.measure.StateReader;
import io.headrace.streams.window.measure.StateWriter;
import io.headrace.streams.window.shape.Grid;
import io.headrace.streams.window.shape.Span;
import io.headrace.streams.window.shape.Window;
import io.headrace.streams.window.shape.WindowSpec;
import io.headrace.streams.window.timeline.Observation.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final long SECOND = 1_000_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 3_600 * SECOND;
    private static final long DAY = 24 * HOUR;
    /** 2014-05-13T16:00:00Z: a full hour. */
    private static final long T0 = 1_400_000_400 * SECOND - 1_400_000_400 % 3_600 * SECOND;

    private static final long WALL = 1_772_323_200_000L;

    private static final WindowSpec MINUTES = WindowSpec.plain(60_000, 0);
    private static final WindowSpec HOURS = WindowSpec.plain(3_600_000, 0);

    private final Waits waits = new Waits(30 * SECOND, DAY, 120_000, 1_000);
    private final Watched device = new Watched(List.of(MINUTES, HOURS), waits, 1);

    /** A timeline whose steps are checked against what must hold of any. Written and read again after so many. */
    private static final class Watched {
        private final List<WindowSpec> specs;
        private final Waits waits;
        private final Set<Window> open = new HashSet<>();
        private final Set<Window> stored = new HashSet<>();
        private final Set<Window> gone = new HashSet<>();
        private final List<Window> closed = new ArrayList<>();
        private final int readEach;
        private Timeline timeline = new Timeline();
        private int steps;
        private Object watcher = new Object();
        private long promised;
        private WallTime time = new WallTime(WALL, WALL);

        Watched(List<WindowSpec> specs, Waits waits, int readEach) {
            this.specs = specs;
            this.waits = waits;
            this.readEach = readEach;
        }

        Step observe(long at) {
            return check(timeline.observe(new Observation(at, Source.OWN), specs, time.now(), waits));
        }

        Step observeCorrected(long at) {
            return check(timeline.observe(new Observation(at, Source.CORRECTED), specs, time.now(), waits));
        }

        /** Lets wall-clock time pass, waking whenever it is due. */
        void pass(Duration duration) {
            long until = time.now() + duration.toMillis();
            for (long next = timeline.nextWake(time, waits); next <= until; next = timeline.nextWake(time, waits)) {
                time = new WallTime(Math.max(next, time.now()), time.since());
                check(timeline.wake(time, waits));
                assertThat(timeline.nextWake(time, waits)).isGreaterThan(time.now());
            }
            time = new WallTime(until, time.since());
        }

        void setClock(long now) {
            time = new WallTime(now, now);
            watcher = new Object();
        }

        private Step check(Step step) {
            assertThat(step.counting()).noneMatch(gone::contains);
            assertThat(step.counting())
                    .filteredOn(step::isFirstOf)
                    .noneMatch(stored::contains)
                    .noneMatch(gone::contains);
            open.addAll(step.counting());
            stored.addAll(step.counting());
            assertThat(step.closing()).allMatch(open::contains);
            open.removeAll(step.closing());
            closed.addAll(step.closing());
            for (Span span : step.gone()) {
                assertThat(open).noneMatch(window -> holds(span, window));
                stored.stream().filter(window -> holds(span, window)).forEach(gone::add);
                stored.removeIf(window -> holds(span, window));
            }
            if (++steps % readEach == 0) {
                StateWriter out = new StateWriter();
                timeline.write(out);
                timeline = Timeline.read(new StateReader(out.toBytes()), id -> null);
            }
            long next = timeline.nextWake(time, waits);
            if (timeline.isWatched(watcher)) {
                assertThat(next).isGreaterThanOrEqualTo(promised);
            } else {
                timeline.watched(watcher);
                promised = next;
            }
            return step;
        }

        int bytes() {
            StateWriter out = new StateWriter();
            timeline.write(out);
            return out.toBytes().length;
        }
    }

    private static Window minute(long instant) {
        return holding(instant, MINUTES);
    }

    private static Window hour(long instant) {
        return holding(instant, HOURS);
    }

    private static Window holding(long instant, WindowSpec spec) {
        return Window.paneOf(spec, (Grid) spec.shape(), instant);
    }

    private static boolean holds(Span span, Window window) {
        return span.holds(window.spec().id(), window.start());
    }

    @Test
    void countsAReadingInOneWindowOfEachSize() {
        assertThat(device.observe(T0 + 61 * SECOND).counting()).containsExactly(minute(T0 + 61 * SECOND), hour(T0));
    }

    @Test
    void putsTheEndOfAWindowIntoTheNext() {
        assertThat(device.observe(T0 + 60 * SECOND - 1).counting()).contains(minute(T0));
        assertThat(device.observe(T0 + 60 * SECOND).counting())
                .contains(new Window(MINUTES, T0 + 60 * SECOND, T0 + 120 * SECOND));
        assertThat(minute(-1).start()).isEqualTo(-60 * SECOND);
    }

    @Test
    void closesWindowsInTheOrderOfTheirEndsWhenTheWatermarkJumps() {
        device.observe(T0 + 3_500 * SECOND);
        device.observe(T0 + 3_599 * SECOND);

        Step step = device.observe(T0 + 10 * HOUR);

        assertThat(step.closing()).containsExactly(minute(T0 + 3_599 * SECOND), hour(T0));
    }

    @Test
    void closesTheWindowsOfADeviceWhoseClockIsNeverRight() {
        // When
        for (int i = 0; i < 3 * 24 * 60; i++) {
            device.observeCorrected(device.time.now() * 1_000);
            device.pass(Duration.ofSeconds(60));
        }

        // Then
        assertThat(device.closed).hasSizeGreaterThan(3 * 24 * 60 - 10);
        assertThat(device.open).hasSizeLessThan(10);
        assertThat(device.stored).hasSizeLessThan(24 * 60 + 24 + 10);
        assertThat(device.bytes()).isLessThan(150);
    }

    @Test
    void countsADevicesOwnTimeAgainAfterItsClockWasSetRight() {
        // Given
        device.observe(T0);
        for (int i = 0; i < 48 * 60; i++) {
            device.observeCorrected(device.time.now() * 1_000);
            device.pass(Duration.ofSeconds(60));
        }

        // When
        Step backlog = device.observe(T0 + HOUR);
        Step tooLate = device.observe((device.time.now() - 40 * 3_600_000L) * 1_000);
        Step current = device.observe(device.time.now() * 1_000);

        // Then
        assertThat(backlog.missed()).isEmpty();
        assertThat(tooLate.missed()).containsExactly(MINUTES, HOURS);
        assertThat(current.missed()).isEmpty();
    }

    @Test
    void keepsOnlyTheNewestWindowsOfADeviceLongSilent() {
        // Given
        for (int i = 0; i < 600; i++) {
            device.observe(T0 + i * MINUTE);
        }
        device.observeCorrected(WALL * 1_000);
        assertThat(device.stored).hasSize(600 + 10 + 2);

        // When
        device.pass(Duration.ofHours(25));

        // Then
        long last = T0 + 599 * 60 * SECOND;
        assertThat(device.stored).containsExactlyInAnyOrder(minute(last), hour(last));
        assertThat(device.timeline.nextWake(device.time, waits)).isEqualTo(Long.MAX_VALUE);
        assertThat(device.observe(last + SECOND).counting()).containsExactly(minute(last), hour(last));
        assertThat(device.observe(last - 60 * SECOND).missed()).containsExactly(MINUTES);
        assertThat(device.observe(WALL * 1_000).missed()).isEqualTo(List.of(MINUTES, HOURS));
    }

    @Test
    void leavesNothingBehindWhereADeviceStartsItsLifeAnewYearsLater() {
        // Given
        for (int i = 0; i < 600; i++) {
            device.observe(T0 + i * MINUTE);
        }

        // When
        device.observe(T0 + 5 * 365 * DAY);

        // Then
        assertThat(device.stored).hasSize(2);
        assertThat(device.closed).hasSize(600 + 10);
    }

    @Test
    void stillClosesAndForgetsWindowsOfASizeNoLongerConfigured() {
        // Given
        Timeline timeline = new Timeline();
        timeline.observe(new Observation(T0, Source.OWN), List.of(MINUTES, HOURS), WALL, waits);
        List<WindowSpec> hours = List.of(HOURS);

        // When
        Step closing = timeline.observe(new Observation(T0 + 100 * SECOND, Source.OWN), hours, WALL, waits);
        Step forgetting = timeline.observe(new Observation(T0 + 2 * DAY, Source.OWN), hours, WALL, waits);

        // Then
        assertThat(closing.counting()).containsExactly(hour(T0));
        assertThat(closing.closing()).containsExactly(minute(T0));
        assertThat(forgetting.gone()).anyMatch(span -> holds(span, minute(T0)));
    }

    @Test
    void hasNothingForgottenOfADeviceOfWhichThereIsNothingYet() {
        // Given
        Watched fresh = new Watched(List.of(MINUTES, HOURS), waits, Integer.MAX_VALUE);

        // When
        Step first = fresh.observe(T0);
        Step late = fresh.observe(T0 - 2 * HOUR);
        Step before = fresh.observe(T0 + DAY - 2 * HOUR - MINUTE);
        Step after = fresh.observe(T0 + DAY - HOUR);

        // Then
        assertThat(first.gone()).isEmpty();
        assertThat(late.counting()).contains(minute(T0 - 2 * HOUR));
        assertThat(before.gone()).isEmpty();
        assertThat(after.gone()).anyMatch(span -> holds(span, minute(T0 - 2 * HOUR)));
    }

    @Test
    void closesLateWindowsBeforeTheyAreForgotten() {
        // Given
        device.observe(T0 + 10 * HOUR);
        device.observe(T0);

        // When
        Step step = device.observe(T0 + 3 * DAY);

        // Then
        assertThat(step.closing()).contains(minute(T0), hour(T0));
        assertThat(device.stored).hasSize(2);
    }

    @Test
    void noticesSilenceAfterTheWallClockWasSetBack() {
        // Given
        device.observe(T0);

        // When
        device.setClock(WALL - 3_600_000);
        device.pass(Duration.ofSeconds(119));
        assertThat(device.open).isNotEmpty();
        device.pass(Duration.ofSeconds(1));

        // Then
        assertThat(device.open).isEmpty();
    }

    @Test
    void doesNotTakeAPauseOfItsOwnForADevicesSilence() {
        // Given
        device.observe(T0);

        // When
        device.setClock(WALL + 3_600_000);

        // Then
        assertThat(device.timeline.nextWake(device.time, waits)).isEqualTo(WALL + 3_600_000 + 120_000);
    }

    @Test
    void neverCountsInAWindowThatIsGoneAndClosesAllInTheEnd() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            Waits few = new Waits(30 * SECOND, 6 * HOUR, 120_000, 1_000);
            Watched any = new Watched(List.of(MINUTES, HOURS), few, seed % 2 == 0 ? 1 : 1 + random.nextInt(3_000));
            long own = T0;
            for (int i = 0; i < 2_000; i++) {
                long wall = any.time.now() * 1_000;
                switch (random.nextInt(12)) {
                    case 0 -> any.observeCorrected(wall);
                    case 1 -> any.observeCorrected(wall - random.nextLong(HOUR));
                    case 2 -> any.observe(own - random.nextLong(12 * HOUR));
                    case 3 -> any.pass(Duration.ofSeconds(random.nextInt(400)));
                    case 4 -> any.pass(random.nextInt(20) == 0 ? Duration.ofHours(random.nextInt(12)) : Duration.ZERO);
                    case 5 -> own += random.nextInt(50) == 0 ? random.nextLong(DAY) : 0;
                    case 6 -> own = random.nextInt(400) == 0 ? wall : own;
                    default -> any.observe(own += random.nextLong(40 * SECOND));
                }
                if (random.nextInt(300) == 0) {
                    any.setClock(any.time.now() - random.nextInt(7_200_000));
                }
            }
            any.pass(Duration.ofHours(20));
            assertThat(any.open).isEmpty();
            assertThat(any.stored).hasSizeLessThanOrEqualTo(2);
            assertThat(any.bytes()).isLessThan(120);
        }
    }

    @Test
    void refusesStateOfAnotherVersion() {
        assertThatThrownBy(() -> Timeline.read(new StateReader(new byte[] {7}), id -> null))
                .hasMessage("stored device timeline has version 7, this program reads 1 to 2");
    }

    /** As the first version of the program wrote it: a minute and an hour that are open, nothing forgotten yet. */
    @Test
    void readsTheStateOfTheFirstVersion() {
        // Given
        StateWriter out = new StateWriter();
        out.octet(1);
        out.octet(1);
        out.signed(T0 + 20 * SECOND);
        out.octet(0);
        out.number(WALL);
        out.number(2);
        for (long sizeMs : new long[] {60_000, 3_600_000}) {
            out.number(sizeMs);
            out.signed(0);
            out.signed(0);
            out.signed(0);
        }
        out.number(2);
        for (long sizeMs : new long[] {60_000, 3_600_000}) {
            out.number(sizeMs);
            out.signed(T0 / 1_000 / sizeMs);
            out.signed(sizeMs + 150_000);
        }

        // When
        Timeline read = Timeline.read(new StateReader(out.toBytes()), id -> null);
        Step step = read.observe(
                new Observation(T0 + 100 * SECOND, Source.OWN), List.of(MINUTES, HOURS), WALL + 1_000, waits);

        // Then
        assertThat(read.watermark()).isEqualTo(T0 + 100 * SECOND);
        assertThat(step.closing()).containsExactly(minute(T0));
        assertThat(read.wake(new WallTime(WALL + 121_000, WALL), waits).closing())
                .containsExactly(minute(T0 + 60 * SECOND), hour(T0));
    }

    @Test
    void takesTheBytesThatItsDocumentationSays() {
        for (int i = 0; i < 3_000; i++) {
            device.observe(T0 + i * SECOND);
        }
        assertThat(device.bytes()).isLessThan(75);
    }
}
