package io.headrace.gateway.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.admission.Source;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private static final Source A = new Source(1, true);
    private static final Source B = new Source(2, true);
    private static final Source C = new Source(1, false);

    private static List<String> drained(FairQueue<String> queue) {
        List<String> all = new ArrayList<>();
        for (Optional<String> next = queue.poll(_ -> true); next.isPresent(); next = queue.poll(_ -> true)) {
            all.add(next.get());
        }
        return all;
    }

    @Test
    void sourcesTakeTurnsAndEachKeepsItsOrder() {
        // Given
        FairQueue<String> queue = new FairQueue<>(10);
        for (String a : List.of("a1", "a2", "a3", "a4")) {
            queue.add(A, a);
        }
        queue.add(B, "b1");
        queue.add(C, "c1");
        queue.add(C, "c2");

        // Then
        assertThat(queue.size()).isEqualTo(7);
        assertThat(drained(queue)).containsExactly("a1", "b1", "c1", "a2", "c2", "a3", "a4");
        assertThat(queue.size()).isZero();
    }

    @Test
    void whoMayNotComeInLosesOnlyHisTurn() {
        // Given
        FairQueue<String> queue = new FairQueue<>(10);
        queue.add(A, "a1");
        queue.add(B, "b1");

        // Then
        assertThat(queue.poll(source -> !source.equals(A))).contains("b1");
        assertThat(queue.poll(source -> !source.equals(A))).isEmpty();
        assertThat(queue.poll(_ -> true)).contains("a1");
    }

    @Test
    void whenItIsFullTheGreediestLosesItsLatest() {
        // Given
        FairQueue<String> queue = new FairQueue<>(4);
        for (String a : List.of("a1", "a2", "a3", "a4")) {
            assertThat(queue.add(A, a)).isEmpty();
        }

        // Then
        assertThat(queue.add(A, "a5")).contains("a5");
        assertThat(queue.add(B, "b1")).contains("a4");
        assertThat(queue.add(B, "b2")).contains("a3");
        assertThat(queue.add(B, "b3")).contains("b3");
        assertThat(queue.add(C, "c1")).contains("a2");
        assertThat(queue.add(C, "c2")).contains("c2"); // nobody has more than C would have
        assertThat(drained(queue)).containsExactly("a1", "b1", "c1", "b2");
    }

    @Test
    void whoHasWaitedTooLongIsTakenOut() {
        // Given
        FairQueue<String> queue = new FairQueue<>(10);
        queue.add(A, "old1");
        queue.add(A, "old2");
        queue.add(A, "new1");
        queue.add(B, "old3");
        List<String> gone = new ArrayList<>();

        // When
        queue.removeIf(each -> each.startsWith("old"), gone::add);

        // Then
        assertThat(gone).containsExactlyInAnyOrder("old1", "old2", "old3");
        assertThat(queue.size()).isEqualTo(1);
        assertThat(drained(queue)).containsExactly("new1");
    }

    @Test
    void nothingIsLostOrDoubledWhateverHappens() {
        // Given a model: what is in, by source
        Random random = new Random(7);
        FairQueue<Integer> queue = new FairQueue<>(50);
        Map<Source, Deque<Integer>> model = new HashMap<>();
        Set<Integer> in = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            if (random.nextInt(3) > 0) {
                Source source = new Source(random.nextInt(random.nextBoolean() ? 2 : 40), true);

                // When
                Optional<Integer> loser = queue.add(source, i);

                // Then
                in.add(i);
                model.computeIfAbsent(source, _ -> new ArrayDeque<>()).addLast(i);
                loser.ifPresent(gone -> {
                    assertThat(in.remove(gone)).isTrue();
                    model.values().forEach(line -> line.remove(gone));
                });
                assertThat(in.size()).isLessThanOrEqualTo(50);
            } else {
                Optional<Integer> next = queue.poll(_ -> true);
                assertThat(next.isPresent()).isEqualTo(!in.isEmpty());
                next.ifPresent(taken -> {
                    assertThat(in.remove(taken)).isTrue();
                    assertThat(model.values().stream().filter(line -> taken.equals(line.peekFirst())))
                            .hasSize(1);
                    model.values().forEach(line -> line.remove(taken));
                });
            }
            assertThat(queue.size()).isEqualTo(in.size());
        }
    }
}
