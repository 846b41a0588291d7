package io.headrace.gateway.listen;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TicketKeysTest {
    @Test
    void aKeyIsUsedForHalfADayAndUnderstoodForAnother() {
        // Given
        AtomicLong nanos = new AtomicLong(-3);
        TicketKeys keys = new TicketKeys(nanos::get);
        String first = keys.names().getFirst();

        // When
        nanos.addAndGet(Duration.ofHours(12).toNanos() - 1);
        assertThat(keys.rotate()).isFalse();
        nanos.addAndGet(1);
        assertThat(keys.rotate()).isTrue();
        String second = keys.names().getFirst();

        // Then
        assertThat(keys.names()).containsExactly(second, first).doesNotHaveDuplicates();
        assertThat(keys.rotate()).isFalse();
        nanos.addAndGet(Duration.ofHours(12).toNanos());
        assertThat(keys.rotate()).isTrue();
        assertThat(keys.names()).hasSize(2).doesNotContain(first);
    }
}
