package io.headrace.gateway.identity;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static io.headrace.gateway.identity.TestDevices.OTHER_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.TestHub;
import io.headrace.gateway.identity.Credentials.Anonymous;
import io.headrace.gateway.identity.Credentials.Password;
import io.headrace.gateway.identity.Verdict.Accepted;
import io.headrace.gateway.identity.Verdict.Refusal;
import io.headrace.gateway.identity.Verdict.Rejected;
import io.headrace.record.DeviceStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegistryViewIT {
    private static final Remote REMOTE = Remote.of("mqtt/5", null);

    private static final Verdict BAD = new Rejected(Refusal.BAD_CREDENTIALS);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private TestHub hub;
    private RegistryView view;

    @BeforeAll
    void startHub(@TempDir Path folder) {
        hub = new TestHub(folder);
    }

    @AfterAll
    void stopHub() {
        hub.close();
    }

    @BeforeEach
    void open() {
        hub.register("known", TestDevices.withKey("known", KEY).build());
        view = opened();
    }

    @AfterEach
    void close() {
        view.close();
    }

    private RegistryView opened() {
        RegistryView opened = RegistryView.open(hub.kafka(), hub.schemas, TestDevices.CONFIG, meters);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(opened::isReady);
        return opened;
    }

    private void awaitVerdict(Credentials credentials, Class<? extends Verdict> type) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> type.isInstance(view.authenticate(credentials, REMOTE)));
    }

    @Test
    void whatIsRegisteredBeforeTheViewOpensIsKnownWhenItIsReady() {
        assertThat(view.authenticate(new Password("known", KEY), REMOTE)).isInstanceOf(Accepted.class);
        assertThat(view.authenticate(new Password("known", OTHER_KEY), REMOTE)).isEqualTo(BAD);
        assertThat(view.authenticate(new Password("unknown", KEY), REMOTE)).isEqualTo(BAD);
        assertThat(view.isEnabled(new DeviceId("known"))).isTrue();
    }

    @Test
    void whatAListenerThrowsDoesNotStopTheView() {
        // Given
        AtomicBoolean hasThrown = new AtomicBoolean();
        view.onChange(device -> {
            if (!hasThrown.getAndSet(true)) {
                throw new IllegalStateException("a bug");
            }
        });

        // When
        hub.register("first", TestDevices.withKey("first", KEY).build());
        hub.register("second", TestDevices.withKey("second", KEY).build());

        // Then
        awaitVerdict(new Password("first", KEY), Accepted.class);
        awaitVerdict(new Password("second", KEY), Accepted.class);
        assertThat(hasThrown).isTrue();
    }

    @Test
    void disablingADeviceEndsItsConnectionsWithinASecond() throws Exception {
        // Given
        Accepted accepted = (Accepted) view.authenticate(new Password("known", KEY), REMOTE);
        CountDownLatch revoked = new CountDownLatch(1);
        view.watch(accepted, revoked::countDown);

        // When
        hub.register(
                "known",
                TestDevices.withKey("known", KEY)
                        .setStatus(DeviceStatus.DISABLED)
                        .build());

        // Then
        assertThat(revoked.await(1, TimeUnit.SECONDS)).isTrue();
        assertThat(view.authenticate(new Password("known", KEY), REMOTE)).isEqualTo(new Rejected(Refusal.NOT_ENABLED));
        assertThat(view.isEnabled(new DeviceId("known"))).isFalse();
    }

    @Test
    void deletingADeviceAndChangingItsKeyEndItsConnections() throws Exception {
        // Given
        CountDownLatch revoked = new CountDownLatch(2);
        view.watch((Accepted) view.authenticate(new Password("known", KEY), REMOTE), revoked::countDown);
        hub.register("gone", TestDevices.withKey("gone", KEY).build());
        awaitVerdict(new Password("gone", KEY), Accepted.class);
        view.watch((Accepted) view.authenticate(new Password("gone", KEY), REMOTE), revoked::countDown);

        // When
        hub.register("known", TestDevices.withKey("known", OTHER_KEY).build());
        hub.register("gone", null);

        // Then
        assertThat(revoked.await(1, TimeUnit.SECONDS)).isTrue();
        assertThat(view.authenticate(new Password("known", OTHER_KEY), REMOTE)).isInstanceOf(Accepted.class);
        assertThat(view.authenticate(new Password("gone", KEY), REMOTE)).isEqualTo(BAD);
    }

    @Test
    void recordsThatAreNoDevicesAreSkippedAndTheViewGoesOn() {
        // Given
        hub.registerBytes("known", "garbage".getBytes(StandardCharsets.UTF_8));
        hub.registerBytes("known", new byte[] {0, 0, 0, 9, 9, 1});
        hub.registerBytes("no device/id", new byte[0]);
        hub.register("other", TestDevices.withKey("another", KEY).build());

        // When
        hub.register("after", TestDevices.withKey("after", KEY).build());
        awaitVerdict(new Password("after", KEY), Accepted.class);

        // Then
        assertThat(view.authenticate(new Password("known", KEY), REMOTE)).isInstanceOf(Accepted.class);
        assertThat(view.authenticate(new Password("other", KEY), REMOTE)).isEqualTo(BAD);
        assertThat(meters.get("headrace.identity.records.skipped").counter().count())
                .isGreaterThanOrEqualTo(4);
    }

    @Test
    void aDeviceOnAListenerWithoutAuthenticationIsRegisteredForAllGateways() {
        // When
        Verdict verdict = view.authenticate(new Anonymous("new-one"), REMOTE);

        // Then
        assertThat(verdict).isInstanceOf(Accepted.class);
        assertThat(view.authenticate(new Anonymous("not an id"), REMOTE)).isEqualTo(BAD);
        try (RegistryView other = opened()) {
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> other.isEnabled(new DeviceId("new-one")));
            assertThat(other.authenticate(new Password("new-one", KEY), REMOTE)).isEqualTo(BAD);
        }
    }

    @Test
    void theViewStaysAsItIsWhileKafkaIsAwayAndFollowsAgainAfterwards() {
        // Given
        hub.stopBroker();

        // When
        Verdict whileAway = view.authenticate(new Password("known", KEY), REMOTE);
        hub.startBroker();
        hub.register("later", TestDevices.withKey("later", KEY).build());

        // Then
        assertThat(whileAway).isInstanceOf(Accepted.class);
        awaitVerdict(new Password("later", KEY), Accepted.class);
    }
}
