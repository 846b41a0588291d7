package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommitPaceTest {
    private static final long NOW = 1_790_000_000_000L;

    private final CommitPace pace = new CommitPace(Duration.ofMillis(100), Duration.ofSeconds(8));

    @ParameterizedTest
    @CsvSource({
        "-5, 100",
        "20, 100",
        "700, 700",
        "2000, 2000",
        "6000, 2000",
        "12000, 3000",
        "60000, 8000",
        "9000000000, 8000"
    })
    void what_has_waited_for_longer_is_committed_less_often(long behind, long wait) {
        assertThat(pace.interval(behind)).isEqualTo(wait);
    }

    @Test
    void what_is_fresh_is_committed_at_once() {
        // Given
        Task task = new Task();
        task.take(NOW);

        // When
        boolean committed = task.look(NOW + 100);

        // Then
        assertThat(committed).isTrue();
        assertThat(task.look(NOW + 150)).as("nothing new").isFalse();
    }

    @Test
    void a_task_without_records_leaves_the_pace_to_one_that_is_behind() {
        // Given
        Task idle = new Task();
        Task behind = new Task();
        behind.take(NOW - 3_600_000);
        assertThat(behind.look(NOW)).isTrue();
        behind.take(NOW - 3_600_000);

        // When
        boolean early = idle.look(NOW + 7_900) || behind.look(NOW + 7_900);

        // Then
        assertThat(early).isFalse();
        assertThat(behind.look(NOW + 8_000)).isTrue();
    }

    @Test
    void a_fresh_record_does_not_wait_for_a_task_that_is_behind() {
        // Given
        Task behind = new Task();
        behind.take(NOW - 3_600_000);
        assertThat(behind.look(NOW)).isTrue();
        Task fresh = new Task();

        // When
        fresh.take(NOW + 90);

        // Then
        assertThat(fresh.look(NOW + 190)).isTrue();
    }

    @Test
    void what_a_clock_made_is_committed_soon() {
        // Given: nothing comes in, and windows close by the clock
        Task idle = new Task();
        assertThat(idle.look(NOW)).isTrue();

        // Then
        assertThat(idle.look(NOW + 1_900)).isFalse();
        assertThat(idle.look(NOW + 2_000)).isTrue();
    }

    @Test
    void a_task_that_is_taken_away_holds_nobody_up() {
        // Given
        Task idle = new Task();
        Task taken = new Task();
        taken.take(NOW - 3_600_000);

        // When
        taken.processor.close();

        // Then
        assertThat(idle.look(NOW)).isTrue();
    }

    /** All of one thread. */
    private final class Task {
        private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
        private final Processor<Object, Object, Void, Void> processor = pace.get();

        private Task() {
            processor.init(context);
        }

        private void take(long timestamp) {
            processor.process(new Record<>("device", "anything", timestamp));
        }

        private boolean look(long now) {
            context.resetCommit();
            context.scheduledPunctuators().getFirst().getPunctuator().punctuate(now);
            return context.committed();
        }
    }
}
