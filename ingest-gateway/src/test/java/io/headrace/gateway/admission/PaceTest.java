package io.headrace.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long START = Long.valueOf(Long.MAX_VALUE) - 1_000; // nanoTime may be anywhere, and runs over

    @Test
    void takesWhatABucketOfTokensWould() {
        // Given a plain bucket of 50 tokens, of which one comes back every 10 ns
        Random random = new Random(1);
        Pace pace = new Pace(START);
        double tokens = 50;
        long now = START;
        for (int i = 0; i < 100_000; i++) {
            long passed = random.nextInt(60);
            now += passed;
            tokens = Math.min(50, tokens + passed / 10.0);
            int wanted = 1 + random.nextInt(12);

            // When
            long wait = pace.take(wanted * 10L, now, 500);

            // Then
            if (tokens + 1e-6 >= wanted) {
                assertThat(wait).isZero();
                tokens -= wanted;
            } else {
                assertThat((double) wait).isCloseTo((wanted - tokens) * 10, offset(1e-3));
            }
        }
    }

    @Test
    void aProcessThatStoodStillHasNoMoreThanAFullBucket() {
        // Given an empty bucket
        Pace pace = new Pace(START);
        assertThat(pace.take(500, START, 500)).isZero();

        // When it stands still for a thousand times as long as the bucket needs
        long later = START + 500_000;

        // Then
        assertThat(pace.isFull(later)).isTrue();
        assertThat(pace.take(500, later, 500)).isZero();
        assertThat(pace.take(1, later, 500)).isEqualTo(1);
    }

    @Test
    void whatIsLargerThanTheBucketPassesAFullOneAndIsPaidForAfterwards() {
        // Given
        Pace pace = new Pace(START);

        // When
        long first = pace.take(5_000, START, 500);
        long second = pace.take(10, START, 500);

        // Then
        assertThat(first).isZero();
        assertThat(second).isEqualTo(4_510);
        assertThat(pace.take(5_000, START + 4_999, 500)).isEqualTo(1);
        assertThat(pace.take(5_000, START + 5_000, 500)).isZero();
    }

    @Test
    void aChargeIsTakenAlwaysAndTellsHowLongToWaitForTheDebt() {
        Pace pace = new Pace(START);
        assertThat(pace.charge(400, START, 500)).isZero();
        assertThat(pace.charge(400, START, 500)).isEqualTo(300);
        assertThat(pace.charge(100, START + 300, 500)).isEqualTo(100);
        assertThat(pace.charge(0, START + 400, 500)).isZero();
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() {
        // Given
        Pace pace = new Pace(START);
        pace.take(500, START, 500);

        // When
        pace.giveBack(500);

        // Then
        assertThat(pace.take(500, START, 500)).isZero();
    }

    @Test
    void manyThreadsTogetherGetNoMoreThanOne() throws Exception {
        // Given
        Pace pace = new Pace(START);
        AtomicInteger taken = new AtomicInteger();

        // When
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int thread = 0; thread < 4; thread++) {
                threads.execute(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        if (pace.take(1, START, 5_000) == 0) {
                            taken.incrementAndGet();
                        }
                    }
                });
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }

        // Then
        assertThat(taken).hasValue(5_000);
    }
}
