package io.headrace.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.catalogue.DeviceId;
import io.headrace.config.Settings;
import io.headrace.gateway.identity.RegisteredLimits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DeviceQuotasTest {
    private static final DeviceId DEVICE = new DeviceId("d");
    private static final DeviceId OTHER = new DeviceId("other");
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong nanos = new AtomicLong(-5);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Registered registered = new Registered();

    private static final class Registered implements RegisteredLimits {
        private final Map<DeviceId, Limits> limits = new HashMap<>();
        private Consumer<DeviceId> listener = device -> {};

        @Override
        public Limits limits(DeviceId device) {
            return limits.getOrDefault(device, Limits.DEFAULT);
        }

        @Override
        public void onChange(Consumer<DeviceId> changed) {
            listener = changed;
        }

        void set(DeviceId device, Limits changed) {
            limits.put(device, changed);
            listener.accept(device);
        }
    }

    private DeviceQuotas quotas(Map<String, String> settings) {
        return new DeviceQuotas(QuotaConfig.from(Settings.of(settings)), registered, meters, nanos::get);
    }

    private static int takenAtOnce(Allowance allowance, int size) {
        int taken = 0;
        while (taken < 10_000 && allowance.take(size) == 0) {
            taken++;
        }
        return taken;
    }

    private double exceeded(String limit, String answer) {
        return meters.get("headrace.quota.exceeded")
                .tag("limit", limit)
                .tag("answer", answer)
                .counter()
                .count();
    }

    @Test
    void withoutAnyQuotaEverythingIsTaken() {
        Allowance allowance = quotas(Map.of()).of(DEVICE);
        assertThat(takenAtOnce(allowance, 1 << 20)).isEqualTo(10_000);
        assertThat(allowance.charge(1 << 20)).isZero();
    }

    @Test
    void theDefaultIsForEachDeviceAndARegistrationGoesBeforeIt() {
        // Given
        registered.set(OTHER, new RegisteredLimits.Limits(3, null));
        DeviceQuotas quotas = quotas(Map.of("gateway.quota.messages-per-second", "10", "gateway.quota.burst", "1s"));

        // Then
        assertThat(takenAtOnce(quotas.of(DEVICE), 1)).isEqualTo(10);
        assertThat(takenAtOnce(quotas.of(OTHER), 1)).isEqualTo(3);
    }

    @Test
    void allConnectionsOfADeviceShareItsQuota() {
        // Given
        DeviceQuotas quotas = quotas(Map.of("gateway.quota.messages-per-second", "10", "gateway.quota.burst", "1s"));
        Allowance first = quotas.of(DEVICE);
        Allowance second = quotas.of(DEVICE);

        // When
        int taken = takenAtOnce(first, 1);

        // Then
        assertThat(taken).isEqualTo(10);
        assertThat(second.take(1)).isEqualTo(SECOND / 10);
        assertThat(exceeded("messages", "refused")).isEqualTo(2);
    }

    @Test
    void aMessageThatBytesRefuseIsNotTakenFromTheMessages() {
        // Given room for 100 bytes and for two messages
        registered.set(DEVICE, new RegisteredLimits.Limits(2, 100L));
        Allowance allowance = quotas(Map.of("gateway.quota.burst", "1s")).of(DEVICE);
        assertThat(allowance.take(60)).isZero();

        // When
        long wait = allowance.take(60);

        // Then
        assertThat(wait).isEqualTo(SECOND / 5);
        assertThat(exceeded("bytes", "refused")).isEqualTo(1);
        assertThat(allowance.take(40)).isZero();
    }

    @Test
    void whoCanOnlyBeSlowedDownIsToldForHowLong() {
        // Given
        registered.set(DEVICE, new RegisteredLimits.Limits(10, null));
        Allowance allowance = quotas(Map.of("gateway.quota.burst", "1s")).of(DEVICE);
        for (int i = 0; i < 10; i++) {
            assertThat(allowance.charge(1)).isZero();
        }

        // Then
        assertThat(allowance.charge(1)).isEqualTo(SECOND / 10);
        assertThat(allowance.charge(1)).isEqualTo(SECOND / 5);
        assertThat(exceeded("messages", "delayed")).isEqualTo(2);
    }

    @Test
    void manyMessagesAtOnceCostWhatTheyCostOneByOne() {
        // Given
        registered.set(DEVICE, new RegisteredLimits.Limits(10, 1_000L));
        Allowance allowance = quotas(Map.of("gateway.quota.burst", "1s")).of(DEVICE);

        // When
        long byMessages = allowance.charge(13, 13, allowance.now());
        long byBytes = allowance.charge(0, 1_487, allowance.now());

        // Then
        assertThat(byMessages).isEqualTo(3 * SECOND / 10);
        assertThat(exceeded("messages", "delayed")).isEqualTo(3);
        assertThat(byBytes).isEqualTo(SECOND / 2);
    }

    @Test
    void aChangedRegistrationCountsAtOnceAndForgivesNothing() {
        // Given a device that has used its quota up
        registered.set(DEVICE, new RegisteredLimits.Limits(10, null));
        Allowance allowance = quotas(Map.of("gateway.quota.burst", "1s")).of(DEVICE);
        assertThat(takenAtOnce(allowance, 1)).isEqualTo(10);

        // When
        registered.set(DEVICE, new RegisteredLimits.Limits(1_000, null));

        // Then
        assertThat(allowance.take(1)).isPositive();
        nanos.addAndGet(SECOND / 10);
        assertThat(takenAtOnce(allowance, 1)).isEqualTo(100);
        registered.set(DEVICE, RegisteredLimits.Limits.DEFAULT);
        assertThat(takenAtOnce(allowance, 1)).isEqualTo(10_000);
    }

    @Test
    void aProcessThatStoodStillLetsNoMoreThanOneBurstThrough() {
        // Given
        registered.set(DEVICE, new RegisteredLimits.Limits(10, null));
        Allowance allowance = quotas(Map.of("gateway.quota.burst", "2s")).of(DEVICE);
        takenAtOnce(allowance, 1);

        // When
        nanos.addAndGet(30 * SECOND);

        // Then
        assertThat(takenAtOnce(allowance, 1)).isEqualTo(20);
    }

    @Test
    void aDeviceThatComesBackFindsItsBucketAsItLeftItAndWhoIsFullIsForgotten() {
        // Given a device that asks for each request, and used its quota up
        registered.set(DEVICE, new RegisteredLimits.Limits(10, null));
        DeviceQuotas quotas = quotas(Map.of("gateway.quota.burst", "1s"));
        takenAtOnce(quotas.of(DEVICE), 1);

        // When nobody holds it any more
        System.gc();
        quotas.tidy();

        // Then
        assertThat(quotas.of(DEVICE).take(1)).isPositive();

        // When its bucket is full
        nanos.addAndGet(SECOND);

        // Then
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            quotas.tidy();
            System.gc();
            return meters.get("headrace.quota.devices").gauge().value() == 0;
        });
        assertThat(takenAtOnce(quotas.of(DEVICE), 1)).isEqualTo(10);
    }
}
