package io.headrace.gateway.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.util.concurrent.DefaultEventExecutorGroup;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PulseTest {
    @Test
    void aLoopThatStandsStillIsNoticedAndOneThatGoesOnIsWellAgain() throws Exception {
        // Given two loops, of which one stands still
        DefaultEventExecutorGroup loops = new DefaultEventExecutorGroup(2);
        try {
            Pulse pulse = new Pulse(loops);
            pulse.ask();
            assertThat(pulse.isFelt()).isTrue();
            CountDownLatch stuck = new CountDownLatch(1);
            loops.next().execute(() -> {
                try {
                    assertThat(stuck.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });

            // When
            for (int i = 0; i < 40; i++) {
                pulse.ask();
            }
            boolean whileStuck = pulse.isFelt();
            stuck.countDown();

            // Then
            assertThat(whileStuck).isFalse();
            await().until(pulse::isFelt);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
