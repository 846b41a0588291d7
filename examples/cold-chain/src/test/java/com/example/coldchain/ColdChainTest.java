package com.example.coldchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.ConfigException;
import io.headrace.record.Clock;
import io.headrace.testkit.FragmentDriver;
import io.headrace.testkit.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ColdChainTest {
    private static final Instant TEN = Instant.parse("2014-05-01T10:00:00Z");

    @Test
    void aDeviceThatWasWarmForTooLongIsSaidWhenItIsColdAgain() {
        try (FragmentDriver driver = driver(Map.of("processors.cold-chain.limit", "5"))) {
            // When
            send(driver, "truck-1", 4.0, 6.0, 9.5, 5.0);
            send(driver, "truck-2", 4.0, 6.0, 4.9);

            // Then: warm from 10:10 to 10:30, and from 10:10 to 10:20, which is just allowed
            assertThat(excursions(driver))
                    .containsExactly(new Excursion("truck-1", minute(10), minute(30), 9.5));
        }
    }

    @Test
    void theOrderOfArrivalNeitherMakesAnExcursionNorEndsOne() {
        try (FragmentDriver driver = driver(Map.of())) {
            // Given
            List<Sample> warm = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                warm.add(Sample.of("truck-1", minute(i), "temperature", 20));
            }

            // When: a cold reading from before comes late, then one of now
            driver.send(Sample.outOfOrder(warm, Duration.ofMinutes(5), 7));
            driver.send("truck-1", minute(-30), "temperature", 2);
            driver.send("truck-1", minute(205), "temperature", 2);

            // Then
            assertThat(excursions(driver)).singleElement().satisfies(excursion -> {
                assertThat(excursion.getBegan()).isBetween(minute(0), minute(5));
                assertThat(excursion.getEnded()).isEqualTo(minute(205));
            });
            assertThat(driver.count("skipped")).isPositive();
        }
    }

    @Test
    void aClockThatNobodyKnowsAndValuesThatAreNoTemperatureChangeNothing() {
        try (FragmentDriver driver = driver(Map.of())) {
            // When
            driver.send("truck-1", minute(0), "temperature", 20);
            driver.send("truck-1", minute(20), "humidity", 1);
            driver.send("truck-1", minute(30), Clock.DEVICE, Map.of("temperature", "cold"));
            driver.send("truck-1", minute(40), Clock.CORRECTED, Map.of("temperature", 1.0));

            // Then
            assertThat(excursions(driver)).isEmpty();
        }
    }

    @Test
    void whatIsRememberedOutlivesARestart() {
        try (FragmentDriver driver = driver(Map.of())) {
            // Given
            driver.send("truck-1", minute(0), "temperature", 20);

            // When
            driver.restart();
            driver.send("truck-1", minute(30), "temperature", 2);

            // Then
            assertThat(excursions(driver))
                    .containsExactly(new Excursion("truck-1", minute(0), minute(30), 20.0));
        }
    }

    @Test
    void aWrongSettingIsSaidWithItsRange() {
        assertThatThrownBy(() -> driver(Map.of("processors.cold-chain.allowed", "2d")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("processors.cold-chain.allowed = 2d must be");
    }

    private static FragmentDriver driver(Map<String, String> settings) {
        return FragmentDriver.of(new ColdChain(), settings);
    }

    /** A reading every ten minutes. */
    private static void send(FragmentDriver driver, String device, double... temperatures) {
        for (int i = 0; i < temperatures.length; i++) {
            driver.send(device, minute(10 * i), "temperature", temperatures[i]);
        }
    }

    private static List<Excursion> excursions(FragmentDriver driver) {
        return driver.values(ColdChain.excursions(driver.catalogue()));
    }

    private static Instant minute(int minute) {
        return TEN.plus(Duration.ofMinutes(minute));
    }
}
