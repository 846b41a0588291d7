package io.headrace.gateway.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GatheringSelectTest {
    private static final long REST = TimeUnit.MILLISECONDS.toNanos(50);

    private final GatheringSelect select = new GatheringSelect(REST);

    @Test
    void restsBeforeItLooks() throws Exception {
        long before = System.nanoTime();
        int count = select.calculateStrategy(() -> System.nanoTime() - before >= REST / 2 ? 7 : 0, false);
        assertThat(count).isEqualTo(7);
    }

    @Test
    void waitsWhereNothingCameDuringTheRest() throws Exception {
        assertThat(select.calculateStrategy(() -> 0, false)).isEqualTo(SelectStrategy.SELECT);
    }

    @Test
    void doesNotRestWhileTasksWait() throws Exception {
        GatheringSelect slow = new GatheringSelect(Duration.ofHours(1).toNanos());
        assertThat(slow.calculateStrategy(() -> 0, true)).isZero();
        assertThat(slow.calculateStrategy(() -> 4, true)).isEqualTo(4);
    }
}
