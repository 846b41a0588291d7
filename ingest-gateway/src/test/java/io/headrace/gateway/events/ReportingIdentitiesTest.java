package io.headrace.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.TestCertificates;
import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.Credentials.Password;
import io.headrace.gateway.identity.InMemoryIdentities;
import io.headrace.gateway.identity.Remote;
import io.headrace.record.DeviceEventType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ReportingIdentitiesTest {
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final List<Event> told = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ReportingIdentities identities = new ReportingIdentities(
            new InMemoryIdentities().with("d", "right"),
            told::add,
            new EventsConfig(10, 5),
            meters,
            now::get,
            nanos::get);

    private static Remote from(String address) {
        return new Remote("mqtt/5", new InetSocketAddress(address, 4711));
    }

    private void refused(String device, String address) {
        identities.authenticate(new Password(device, "wrong"), from(address));
    }

    private double suppressed() {
        return meters.get("headrace.events.suppressed").counter().count();
    }

    @Test
    void refusedCredentialsAreToldAndRightOnesAreNot() {
        // When
        refused("d", "192.0.2.1");
        identities.authenticate(new Password("d", "right"), from("192.0.2.1"));

        // Then
        assertThat(told).singleElement().satisfies(event -> {
            assertThat(event.device().value()).isEqualTo("d");
            assertThat(event.type()).isEqualTo(DeviceEventType.AUTH_FAILED);
            assertThat(event.reason()).isEqualTo("bad-credentials by password");
            assertThat(event.remote()).isEqualTo(from("192.0.2.1"));
        });
    }

    @Test
    void whatIsNoDeviceIdIsNobodysEvent() {
        refused("", "192.0.2.1");
        refused("a b", "192.0.2.1");
        refused("d\r\nx", "192.0.2.1");
        refused("${jndi:ldap://x}", "192.0.2.1");
        refused("d".repeat(129), "192.0.2.1");
        assertThat(told).isEmpty();
    }

    @Test
    void oneDeviceFromOneSourceIsToldOnceAMinute() {
        // When
        for (int i = 0; i < 100; i++) {
            refused("d", "192.0.2.1");
        }
        refused("d", "192.0.2.2");

        // Then
        assertThat(told).hasSize(2);
        assertThat(suppressed()).isEqualTo(99);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        refused("d", "192.0.2.1");
        assertThat(told).hasSize(3);
    }

    @Test
    void oneSourceThatTriesManyIdsDoesNotDrownTheOthers() {
        // When
        for (int i = 0; i < 1_000; i++) {
            refused("d" + i, "2001:db8::" + Integer.toHexString(i + 1));
        }
        refused("victim", "192.0.2.2");

        // Then
        assertThat(told).hasSize(6);
        assertThat(told.getLast().device().value()).isEqualTo("victim");
    }

    @Test
    void manySourcesTogetherAreBoundedToo() {
        for (int i = 0; i < 1_000; i++) {
            refused("d" + i, "10.0." + i / 250 + "." + i % 250);
        }
        assertThat(told).hasSize(50);
        assertThat(suppressed()).isEqualTo(950);
    }

    @Test
    void aCertificateIsToldOfOnceAtEachThreshold() {
        // Given
        identities.authenticate(new Password("d", "right"), from("192.0.2.1"));
        X509Certificate certificate = CERTIFICATES.device("CN=d").certificate();
        Instant end = certificate.getNotAfter().toInstant();
        List<Integer> toldAt = new ArrayList<>();

        // When it is used twice a day until it ends
        for (int half = 80; half > 0; half--) {
            now.set(end.minus(Duration.ofHours(12L * half)));
            int before = told.size();
            identities.authenticate(new Credentials.Certificate("d", List.of(certificate)), from("192.0.2.1"));
            if (told.size() > before) {
                toldAt.add(half);
            }
        }

        // Then
        assertThat(toldAt).containsExactly(60, 14, 2);
        assertThat(told)
                .allMatch(event -> event.type() == DeviceEventType.CERTIFICATE_EXPIRING)
                .extracting(Event::reason)
                .containsExactly(
                        "expires " + end + ", within 30 days",
                        "expires " + end + ", within 7 days",
                        "expires " + end + ", within 1 day");
    }
}
