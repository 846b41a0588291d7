package io.headrace.streams.window;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AlarmsTest {
    private final Alarms alarms = new Alarms();

    @Test
    void wakesDevicesInTheOrderOfTheirTimes() {
        alarms.set("late", 30);
        alarms.set("early", 10);
        alarms.set("middle", 20);

        assertThat(alarms.poll(9)).isNull();
        assertThat(alarms.poll(25)).isEqualTo("early");
        assertThat(alarms.poll(25)).isEqualTo("middle");
        assertThat(alarms.poll(25)).isNull();
    }

    @Test
    void keepsTheEarlierOfTwoAlarmsOfADeviceAndWakesItOnce() {
        alarms.set("d", 20);
        alarms.set("d", 10);
        alarms.set("d", 30);

        assertThat(alarms.poll(100)).isEqualTo("d");
        assertThat(alarms.poll(100)).isNull();
    }

    @Test
    void neverWakesForNever() {
        alarms.set("d", Long.MAX_VALUE);

        assertThat(alarms.poll(Long.MAX_VALUE)).isNull();
    }

    @Test
    void forgetsAllWhenCleared() {
        alarms.set("d", 20);
        alarms.clear();

        assertThat(alarms.poll(100)).isNull();
        alarms.set("d", 50);
        assertThat(alarms.poll(100)).isEqualTo("d");
    }
}
