package io.headrace.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.Credentials.Password;
import io.headrace.gateway.identity.InMemoryIdentities;
import io.headrace.gateway.identity.Remote;
import io.headrace.gateway.identity.Verdict;
import io.headrace.gateway.identity.Verdict.Accepted;
import io.headrace.gateway.identity.Verdict.Refusal;
import io.headrace.gateway.identity.Verdict.Rejected;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThrottledIdentitiesTest {
    private static final Verdict BAD = new Rejected(Refusal.BAD_CREDENTIALS);
    private static final Verdict THROTTLED = new Rejected(Refusal.THROTTLED);
    private static final String HERE = "192.0.2.1";
    private static final String ELSEWHERE = "192.0.2.2";

    private final AtomicLong nanos = new AtomicLong(-17);
    private final AtomicInteger looks = new AtomicInteger();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Failures failures = new Failures(new ThrottleConfig(10, 100), 50, 500, meters);
    private final InMemoryIdentities devices =
            new InMemoryIdentities().with("d", "right").with("second", "right");
    private final ThrottledIdentities identities = new ThrottledIdentities(new Counted(), failures, meters, nanos::get);

    /** Counts how often credentials are really looked at. */
    private final class Counted implements io.headrace.gateway.identity.Identities {
        @Override
        public Verdict authenticate(Credentials credentials, Remote remote) {
            looks.incrementAndGet();
            return devices.authenticate(credentials, remote);
        }

        @Override
        public Watch watch(Accepted device, Runnable onRevoked) {
            return devices.watch(device, onRevoked);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public boolean isEnabled(io.headrace.catalogue.DeviceId device) {
            return devices.isEnabled(device);
        }
    }

    private Verdict shown(String address, String device, String password) {
        return identities.authenticate(
                new Password(device, password), new Remote("http", new InetSocketAddress(address, 1)));
    }

    private void failed(int times, String address, String device) {
        for (int i = 0; i < times; i++) {
            assertThat(shown(address, device, "wrong")).isEqualTo(BAD);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"d", "unknown"})
    void afterTenWrongKeysOfADeviceNoMoreAreLookedAt(String device) {
        // Given
        failed(10, HERE, device);
        looks.set(0);

        // When
        Verdict verdict = shown(HERE, device, "wrong");

        // Then
        assertThat(verdict).isEqualTo(THROTTLED);
        assertThat(looks).hasValue(0);
        assertThat(meters.get("headrace.throttle.refused")
                        .tag("by", "device")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void theRightKeyGetsInAgainWhenTimeHasPassed() {
        // Given
        failed(10, HERE, "d");
        assertThat(shown(HERE, "d", "right")).isEqualTo(THROTTLED);

        // When
        nanos.addAndGet(Duration.ofSeconds(6).toNanos());

        // Then
        assertThat(shown(HERE, "d", "right")).isInstanceOf(Accepted.class);
    }

    @Test
    void nobodyIsLockedOutFromElsewhere() {
        // When
        failed(10, HERE, "d");

        // Then
        assertThat(shown(ELSEWHERE, "d", "right")).isInstanceOf(Accepted.class);
        assertThat(shown(ELSEWHERE, "d", "wrong")).isEqualTo(BAD);
    }

    @Test
    void whoSharesAnAddressCannotLockOutAKeyThatWasRightThere() {
        // Given
        assertThat(shown(HERE, "d", "right")).isInstanceOf(Accepted.class);

        // When
        failed(10, HERE, "d");
        for (int i = 0; i < 1_000; i++) {
            shown(HERE, "d", "wrong" + i);
        }

        // Then
        assertThat(shown(HERE, "d", "right")).isInstanceOf(Accepted.class);
    }

    @Test
    void aSourceThatTriesManyDevicesIsThrottledForAllButThoseThatWereThere() {
        // Given
        assertThat(shown(HERE, "d", "right")).isInstanceOf(Accepted.class);
        for (int i = 0; i < 100; i++) {
            failed(1, HERE, "guess" + i);
        }

        // Then
        assertThat(shown(HERE, "another", "wrong")).isEqualTo(THROTTLED);
        assertThat(shown(HERE, "second", "right")).isEqualTo(THROTTLED);
        assertThat(shown(HERE, "d", "right")).isInstanceOf(Accepted.class);
        assertThat(shown(ELSEWHERE, "second", "right")).isInstanceOf(Accepted.class);
    }

    @Test
    void theAnswerOfAThrottledSourceDoesNotTellWhoWasThere() {
        // Given
        assertThat(shown(HERE, "d", "right")).isInstanceOf(Accepted.class);
        for (int i = 0; i < 100; i++) {
            failed(1, HERE, "guess" + i);
        }

        // Then
        for (int i = 0; i < 50; i++) {
            assertThat(shown(HERE, "d", "wrong")).isEqualTo(THROTTLED);
            assertThat(shown(HERE, "unknown", "wrong")).isEqualTo(THROTTLED);
        }
    }

    @Test
    void addressesOfOneIpv6NetworkAreOneSource() {
        // Given
        for (int i = 0; i < 10; i++) {
            failed(1, "2001:db8::" + i, "d");
        }

        // Then
        assertThat(shown("2001:db8:0:0:1:2:3:4", "d", "right")).isEqualTo(THROTTLED);
        assertThat(shown("2001:db8:0:1::1", "d", "right")).isInstanceOf(Accepted.class);
    }

    @Test
    void aDisabledDeviceWithItsRightKeyIsNotAFailure() {
        // Given
        devices.disable("d");

        // When
        for (int i = 0; i < 200; i++) {
            assertThat(shown(HERE, "d", "right")).isEqualTo(new Rejected(Refusal.NOT_ENABLED));
        }

        // Then
        assertThat(shown(HERE, "second", "right")).isInstanceOf(Accepted.class);
    }

    @Test
    void attackersCannotGrowTheMemoryAndItIsEmptyAMinuteLater() {
        // When
        for (int source = 0; source < 1_000; source++) {
            for (int i = 0; i < 20; i++) {
                shown("10.0." + source / 250 + "." + source % 250, "x".repeat(1 + i * 10), "wrong");
            }
        }

        // Then
        assertThat(meters.get("headrace.throttle.sources").gauge().value()).isEqualTo(50);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        identities.tidy();
        assertThat(meters.get("headrace.throttle.sources").gauge().value()).isZero();
        failed(10, "10.9.9.9", "d");
        assertThat(shown("10.9.9.9", "d", "wrong")).isEqualTo(THROTTLED);
    }
}
