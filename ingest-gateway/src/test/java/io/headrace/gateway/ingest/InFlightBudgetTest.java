package io.headrace.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class InFlightBudgetTest {
    private final InFlightBudget budget = new InFlightBudget(1_000);

    @Test
    void isFullAtTheLimitAndTakesAQuarterMoreAndNoByteBeyond() {
        assertThat(budget.take(999)).isTrue();
        assertThat(budget.hasRoom()).isTrue();

        assertThat(budget.take(1)).isTrue();
        assertThat(budget.hasRoom()).isFalse();
        assertThat(budget.take(250)).isTrue();
        assertThat(budget.take(1)).isFalse();
        assertThat(budget.used()).isEqualTo(1_250);
    }

    @Test
    void countsWhatIsInFlightHoweverMuchHasPassed() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(budget.take(900)).isTrue();
            budget.give(900);
        }

        assertThat(budget.hasRoom()).isTrue();
        assertThat(budget.take(1_000)).isTrue();
        assertThat(budget.hasRoom()).isFalse();
    }

    @Test
    void hasRoomAgainAtHalfAndTellsWhoWaits() {
        AtomicInteger woken = new AtomicInteger();
        budget.take(1_000);
        budget.whenRoom(woken::incrementAndGet);

        budget.give(499);
        assertThat(woken).hasValue(0);
        budget.give(1);

        assertThat(woken).hasValue(1);
        assertThat(budget.hasRoom()).isTrue();
    }

    /** Takers fill it up and wait, one thread gives everything back: whoever waits is woken, to the last. */
    @Test
    void nobodyWaitsForEverWhileSeveralTakeAndAnotherGives() throws Exception {
        int takers = 3;
        int each = 10_000;
        BlockingQueue<Integer> inFlight = new ArrayBlockingQueue<>(100);
        try (ExecutorService threads = Executors.newFixedThreadPool(takers + 1)) {
            Future<?> giver = threads.submit(() -> {
                for (int i = 0; i < takers * each; i++) {
                    Integer taken = inFlight.poll(30, TimeUnit.SECONDS);
                    assertThat(taken).as("what is taken comes").isNotNull();
                    budget.give(taken);
                }
                return null;
            });
            for (int t = 0; t < takers; t++) {
                int bytes = 50 + 7 * t;
                threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        while (!budget.take(bytes)) {
                            awaitRoom();
                        }
                        inFlight.put(bytes);
                    }
                    return null;
                });
            }
            giver.get(60, TimeUnit.SECONDS);
        }

        assertThat(budget.used()).isZero();
        assertThat(budget.hasRoom()).isTrue();
    }

    private void awaitRoom() {
        AtomicInteger woken = new AtomicInteger();
        budget.whenRoom(woken::incrementAndGet);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(30))
                .until(() -> woken.get() > 0);
    }
}
