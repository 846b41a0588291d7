package io.headrace.gateway.identity;

import static io.headrace.gateway.identity.TestDevices.BOX;
import static io.headrace.gateway.identity.TestDevices.KEY;
import static io.headrace.gateway.identity.TestDevices.OTHER_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.TestCertificates;
import io.headrace.gateway.identity.Credentials.Certificate;
import io.headrace.gateway.identity.Credentials.Password;
import io.headrace.gateway.identity.Verdict.Accepted;
import io.headrace.gateway.identity.Verdict.Refusal;
import io.headrace.gateway.identity.Verdict.Rejected;
import io.headrace.record.Device;
import io.headrace.record.DeviceStatus;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticatorTest {
    private static final Verdict BAD = new Rejected(Refusal.BAD_CREDENTIALS);
    private static final String TOKEN =
            "SharedAccessSignature sr=hub.example.test%2Fdevices%2Fsensor-1&sig=DCgeTJa5zIhrWwE2ABJV886IdXGOz3sVsqQ5qSN9e1U%3D&se=1900000000";
    private static final Instant EXPIRY = Instant.ofEpochSecond(1_900_000_000);
    private static final TestCertificates CERTIFICATES = new TestCertificates();

    private CertificateName name = CertificateName.COMMON_NAME;
    private final DeviceDirectory directory = new DeviceDirectory();

    private Authenticator at(Instant now, Optional<String> hubHost) {
        InstantSource clock = InstantSource.fixed(now);
        IdentityConfig config =
                new IdentityConfig(TestDevices.MASTER, hubHost, Duration.ofMinutes(5), Optional.empty(), name);
        ClientAuthorities authorities = new ClientAuthorities(List.of(CERTIFICATES.authority()), clock);
        return new Authenticator(directory, BOX, config, () -> authorities, clock);
    }

    private Verdict now(Credentials credentials) {
        Authenticator authenticator = at(Instant.now(), Optional.empty());
        return credentials instanceof Certificate certificate
                ? authenticator.byCertificate(certificate)
                : authenticator.byPassword((Password) credentials);
    }

    private void known(Device.Builder device) {
        directory.put(new KnownDevice(new DeviceId(device.getId()), device.build(), BOX));
    }

    private static DeviceId device(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Accepted.class);
        return ((Accepted) verdict).device();
    }

    @Test
    void eitherKeyOpensAndNoOther() {
        // Given
        known(TestDevices.withKey("d", KEY).setSecondaryKey(TestDevices.sealed("d/secondary", OTHER_KEY)));

        // Then
        assertThat(device(now(new Password("d", KEY)))).isEqualTo(new DeviceId("d"));
        assertThat(device(now(new Password("d", OTHER_KEY)))).isEqualTo(new DeviceId("d"));
        assertThat(now(new Password("D", KEY))).isEqualTo(BAD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "not base64!", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWc="})
    void aWrongPasswordGetsTheAnswerOfAnUnknownDevice(String password) {
        // Given
        known(TestDevices.withKey("d", KEY));

        // Then
        assertThat(now(new Password("d", password))).isEqualTo(BAD);
        assertThat(now(new Password("nobody", password))).isEqualTo(BAD);
    }

    @Test
    void aDeviceWithoutKeysHasNoPassword() {
        // Given
        known(TestDevices.device("d"));

        // Then
        assertThat(now(new Password("d", ""))).isEqualTo(BAD);
        assertThat(now(new Password("d", KEY))).isEqualTo(BAD);
    }

    @Test
    void aKeySealedForAnotherDeviceDoesNotOpen() {
        // Given
        known(TestDevices.device("thief").setPrimaryKey(TestDevices.sealed("d/primary", KEY)));

        // Then
        assertThat(now(new Password("thief", KEY))).isEqualTo(BAD);
    }

    @Test
    void onlyWhoHasTheKeyLearnsThatADeviceIsNotEnabled() {
        // Given
        known(TestDevices.withKey("d", KEY).setStatus(DeviceStatus.QUARANTINED));

        // Then
        assertThat(now(new Password("d", KEY))).isEqualTo(new Rejected(Refusal.NOT_ENABLED));
        assertThat(now(new Password("d", OTHER_KEY))).isEqualTo(BAD);
    }

    @Test
    void aTokenCountsUntilItsExpiryAndTheSkewOfClocks() {
        // Given
        known(TestDevices.withKey("sensor-1", KEY));
        Password shown = new Password("sensor-1", TOKEN);

        // Then
        assertThat(device(at(EXPIRY.minusSeconds(1), Optional.empty()).byPassword(shown)))
                .isEqualTo(new DeviceId("sensor-1"));
        assertThat(device(at(EXPIRY.plusSeconds(299), Optional.empty()).byPassword(shown)))
                .isEqualTo(new DeviceId("sensor-1"));
        assertThat(at(EXPIRY.plusSeconds(300), Optional.empty()).byPassword(shown))
                .isEqualTo(BAD);
    }

    @Test
    void aTokenIsForOneDeviceOfOneHub() {
        // Given
        known(TestDevices.withKey("sensor-1", KEY));
        known(TestDevices.withKey("sensor-10", KEY));

        // Then
        assertThat(now(new Password("sensor-10", TOKEN))).isEqualTo(BAD);
        assertThat(device(
                        at(Instant.EPOCH, Optional.of("HUB.example.test")).byPassword(new Password("sensor-1", TOKEN))))
                .isEqualTo(new DeviceId("sensor-1"));
        assertThat(at(Instant.EPOCH, Optional.of("other.example.test")).byPassword(new Password("sensor-1", TOKEN)))
                .isEqualTo(BAD);
    }

    @Test
    void aCertificateIsKnownByItsThumbprintWhoeverSignedIt() {
        // Given
        X509Certificate certificate = TestCertificates.selfSigned("CN=whatever").certificate();
        String thumbprint = new ClientCertificate(certificate).thumbprint().orElseThrow();
        known(TestDevices.device("d").setSecondaryThumbprint(thumbprint));

        // Then
        assertThat(device(now(new Certificate("", List.of(certificate))))).isEqualTo(new DeviceId("d"));
        assertThat(device(now(new Certificate("d", List.of(certificate))))).isEqualTo(new DeviceId("d"));
        assertThat(now(new Certificate("e", List.of(certificate)))).isEqualTo(BAD);
    }

    @Test
    void aCertificateOfATrustedAuthorityProvesTheDeviceThatItNames() {
        // Given
        known(TestDevices.device("d").setCertificateAuthority(true));
        known(TestDevices.device("keyed"));
        X509Certificate certificate = CERTIFICATES.device("CN=d,O=fleet").certificate();

        // Then
        assertThat(device(now(new Certificate("", List.of(certificate, CERTIFICATES.authority())))))
                .isEqualTo(new DeviceId("d"));
        assertThat(device(now(new Certificate("d", List.of(certificate))))).isEqualTo(new DeviceId("d"));
        assertThat(now(new Certificate("keyed", List.of(certificate)))).isEqualTo(BAD);
        assertThat(now(shown(CERTIFICATES.device("CN=keyed")))).isEqualTo(BAD);
        assertThat(now(shown(CERTIFICATES.device("CN=d,CN=keyed")))).isEqualTo(BAD);
        assertThat(now(shown(CERTIFICATES.device("CN=d+CN=keyed")))).isEqualTo(BAD);
        assertThat(device(now(shown(CERTIFICATES.device("C=DE+CN=d"))))).isEqualTo(new DeviceId("d"));
    }

    @Test
    void aCertificateThatIsForgedExpiredOrForServersProvesNothing() {
        // Given
        known(TestDevices.device("d").setCertificateAuthority(true));

        // Then
        assertThat(now(shown(TestCertificates.selfSigned("CN=d")))).isEqualTo(BAD);
        assertThat(now(shown(new TestCertificates().device("CN=d")))).isEqualTo(BAD);
        assertThat(now(shown(CERTIFICATES.expired("CN=d")))).isEqualTo(BAD);
        assertThat(now(shown(CERTIFICATES.forServersOnly("CN=d")))).isEqualTo(BAD);
    }

    @Test
    void theRuleSaysWhichNameOfACertificateIsTheDevices() {
        // Given
        known(TestDevices.device("d").setCertificateAuthority(true));
        known(TestDevices.device("boiler.example").setCertificateAuthority(true));
        known(TestDevices.device("a@example").setCertificateAuthority(true));
        Certificate shown = shown(CERTIFICATES.device(
                "CN=somebody",
                new GeneralName(GeneralName.dNSName, "boiler.example"),
                new GeneralName(GeneralName.uniformResourceIdentifier, "urn:device:d"),
                new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://example/d"),
                new GeneralName(GeneralName.rfc822Name, "a@example")));

        // Then
        assertThat(now(shown)).isEqualTo(BAD);
        name = new CertificateName(CertificateName.Place.SAN_DNS, "");
        assertThat(device(now(shown))).isEqualTo(new DeviceId("boiler.example"));
        name = new CertificateName(CertificateName.Place.SAN_EMAIL, "");
        assertThat(device(now(shown))).isEqualTo(new DeviceId("a@example"));
        name = new CertificateName(CertificateName.Place.SAN_URI, "urn:device:");
        assertThat(device(now(shown))).isEqualTo(new DeviceId("d"));
        assertThat(now(new Certificate("boiler.example", shown.chain()))).isEqualTo(BAD);
    }

    @Test
    void aCertificateThatNamesSeveralDevicesOrAPatternNamesNone() {
        // Given
        name = new CertificateName(CertificateName.Place.SAN_DNS, "");
        known(TestDevices.device("one").setCertificateAuthority(true));
        known(TestDevices.device("two").setCertificateAuthority(true));

        // Then
        assertThat(now(shown(CERTIFICATES.device(
                        "CN=one",
                        new GeneralName(GeneralName.dNSName, "one"),
                        new GeneralName(GeneralName.dNSName, "two")))))
                .isEqualTo(BAD);
        assertThat(now(shown(CERTIFICATES.device("CN=one", new GeneralName(GeneralName.dNSName, "*.one")))))
                .isEqualTo(BAD);
        assertThat(now(shown(CERTIFICATES.device("CN=one")))).isEqualTo(BAD);
    }

    private static Certificate shown(TestCertificates.Identity identity) {
        return new Certificate("", List.of(identity.certificate()));
    }

    @Test
    void aConnectionEndsOnceWhenItsOwnCredentialIsNoLongerTheDevices() {
        // Given
        known(TestDevices.withKey("d", KEY).setSecondaryKey(TestDevices.sealed("d/secondary", OTHER_KEY)));
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        watch(new Password("d", KEY), first);
        watch(new Password("d", OTHER_KEY), second);

        // When
        known(TestDevices.device("d").setPrimaryKey(TestDevices.sealed("d/primary", OTHER_KEY)));
        known(TestDevices.device("d").setPrimaryKey(TestDevices.sealed("d/primary", OTHER_KEY)));

        // Then
        assertThat(first).hasValue(1);
        assertThat(second).hasValue(0);
        assertThat(directory.watched()).isEqualTo(1);

        // When
        directory.remove("d");

        // Then
        assertThat(second).hasValue(1);
        assertThat(directory.watched()).isZero();
    }

    private Identities.Watch watch(Credentials credentials, AtomicInteger revoked) {
        Accepted accepted = (Accepted) now(credentials);
        return directory.watch(accepted.device(), Proof.decoded(accepted.proof()), revoked::incrementAndGet);
    }

    @Test
    void aConnectionThatBeginsAfterTheRevocationEndsAtOnce() {
        // Given
        known(TestDevices.withKey("d", KEY));
        Accepted accepted = (Accepted) now(new Password("d", KEY));
        known(TestDevices.withKey("d", KEY).setStatus(DeviceStatus.DISABLED));
        AtomicInteger revoked = new AtomicInteger();

        // When
        directory.watch(accepted.device(), Proof.decoded(accepted.proof()), revoked::incrementAndGet);

        // Then
        assertThat(revoked).hasValue(1);
    }

    @Test
    void aConnectionEndsWhenItsTokenHasExpired() {
        // Given
        known(TestDevices.withKey("sensor-1", KEY));
        AtomicInteger revoked = new AtomicInteger();
        watch(new Password("sensor-1", TOKEN), revoked);

        // When
        directory.expire(EXPIRY.getEpochSecond() + 300);
        int before = revoked.get();
        directory.expire(EXPIRY.getEpochSecond() + 301);

        // Then
        assertThat(before).isZero();
        assertThat(revoked).hasValue(1);
    }

    @Test
    void aClosedWatchSaysNothing() {
        // Given
        known(TestDevices.withKey("d", KEY));
        AtomicInteger revoked = new AtomicInteger();
        Identities.Watch watch = watch(new Password("d", KEY), revoked);

        // When
        watch.close();
        directory.remove("d");

        // Then
        assertThat(revoked).hasValue(0);
    }
}
