package io.headrace.control.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AlarmTest {
    private static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");

    private final Alarm alarm = new Alarm(Duration.ofMinutes(5));

    @Test
    void itIsRaisedAfterFiveMinutesWithoutABreakAndClearedAtOnce() {
        // Given
        alarm.tell(T0, "1 message");
        alarm.tell(T0.plusSeconds(200), "");
        alarm.tell(T0.plusSeconds(210), "2 messages");

        // When
        alarm.tell(T0.plusSeconds(509), "2 messages");
        assertThat(alarm.raisedSince()).isEmpty();
        alarm.tell(T0.plusSeconds(510), "3 messages");

        // Then
        assertThat(alarm.raisedSince()).contains(T0.plusSeconds(210));
        alarm.tell(T0.plusSeconds(511), "");
        assertThat(alarm.raisedSince()).isEmpty();
    }
}
