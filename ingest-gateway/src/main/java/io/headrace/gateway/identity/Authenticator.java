package io.headrace.gateway.identity;

import io.headrace.gateway.identity.KnownDevice.Keys;
import io.headrace.gateway.identity.Verdict.Accepted;
import io.headrace.gateway.identity.Verdict.Refusal;
import io.headrace.gateway.identity.Verdict.Rejected;
import io.headrace.secret.SecretBox;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Compares credentials with what the directory knows. An unknown device goes through the same comparisons as a known
 * one, with keys that nobody has, so that neither the answer nor its time tells which ids exist.
 */
final class Authenticator {
    private static final Verdict BAD_CREDENTIALS = new Rejected(Refusal.BAD_CREDENTIALS);
    private static final byte[] NO_KEY = new byte[32];

    private final DeviceDirectory directory;
    private final KnownDevice nobody;
    private final Optional<String> hubHost;
    private final Duration skew;
    private final CertificateName name;
    private final Supplier<ClientAuthorities> authorities;
    private final InstantSource clock;

    Authenticator(
            DeviceDirectory directory,
            SecretBox box,
            IdentityConfig config,
            Supplier<ClientAuthorities> authorities,
            InstantSource clock) {
        this.directory = directory;
        this.nobody = KnownDevice.nobody(box);
        this.hubHost = config.hubHost();
        this.skew = config.clockSkew();
        this.name = config.certificateName();
        this.authorities = authorities;
        this.clock = clock;
    }

    Verdict byPassword(Credentials.Password shown) {
        Optional<KnownDevice> found = directory.find(shown.claimedId());
        Keys keys = found.orElse(nobody).keys();
        Optional<Proof> proof = SasToken.isToken(shown.password())
                ? byToken(shown.claimedId(), shown.password(), keys)
                : byKey(shown.password(), keys);
        return found.isPresent() && proof.isPresent() ? verdict(found.get(), proof.get()) : BAD_CREDENTIALS;
    }

    private static Optional<Proof> byKey(String password, Keys keys) {
        byte[] presented;
        boolean isEncoded = true;
        try {
            presented = Base64.getDecoder().decode(password);
        } catch (IllegalArgumentException notBase64) {
            presented = NO_KEY;
            isEncoded = false;
        }
        boolean isPrimary = MessageDigest.isEqual(keys.primary(), presented);
        boolean isSecondary = MessageDigest.isEqual(keys.secondary(), presented);
        return isEncoded && (isPrimary || isSecondary)
                ? Optional.of(Proof.ofKey(presented, Proof.NEVER))
                : Optional.empty();
    }

    private Optional<Proof> byToken(String claimedId, String text, Keys keys) {
        Optional<SasToken> parsed = SasToken.parse(text);
        if (parsed.isEmpty()) {
            return Optional.empty();
        }
        SasToken token = parsed.get();
        boolean isPrimary = token.isSignedWith(keys.primary());
        boolean isSecondary = token.isSignedWith(keys.secondary());
        boolean isForDevice = token.deviceId().filter(claimedId::equals).isPresent()
                && token.policy().isEmpty()
                && hubHost.map(token.hub()::equalsIgnoreCase).orElse(true);
        boolean isFresh = token.expiresAt() > clock.instant().minus(skew).getEpochSecond();
        return isForDevice && isFresh && (isPrimary || isSecondary)
                ? Optional.of(Proof.ofKey(isPrimary ? keys.primary() : keys.secondary(), expiry(token.expiresAt())))
                : Optional.empty();
    }

    private long expiry(long seconds) {
        return seconds + skew.toSeconds();
    }

    Verdict byCertificate(Credentials.Certificate shown) {
        X509Certificate leaf = shown.chain().getFirst();
        ClientCertificate certificate = new ClientCertificate(leaf);
        Optional<String> thumbprint = certificate.thumbprint();
        if (thumbprint.isEmpty() || !certificate.isUsableAt(clock.instant(), skew)) {
            return BAD_CREDENTIALS;
        }
        String print = thumbprint.get();
        Optional<KnownDevice> found = shown.claimedId().isEmpty()
                ? directory
                        .findByThumbprint(print)
                        .or(() -> name.of(certificate).flatMap(directory::find))
                : directory.find(shown.claimedId());
        if (found.isEmpty()) {
            return BAD_CREDENTIALS;
        }
        KnownDevice device = found.get();
        if (device.thumbprints().contains(print)) {
            return verdict(device, new Proof(Proof.Kind.CERTIFICATE, print, expiry(certificate.expiresAt())));
        }
        boolean isVouchedFor = device.trustsAuthority()
                && name.of(certificate).filter(device.id().value()::equals).isPresent()
                && authorities.get().vouchFor(shown.chain());
        return isVouchedFor
                ? verdict(device, new Proof(Proof.Kind.AUTHORITY, print, expiry(certificate.expiresAt())))
                : BAD_CREDENTIALS;
    }

    /** As {@link PreSharedKeys#find}. */
    byte[] key(String claimedId, PreSharedKeys.Slot slot) {
        Keys keys = directory.find(claimedId).orElse(nobody).keys();
        return switch (slot) {
            case PRIMARY -> keys.primary();
            case SECONDARY -> keys.secondary();
        };
    }

    /** No proof is asked for; who is known must still be enabled. */
    Verdict withoutProof(KnownDevice device) {
        return verdict(device, new Proof(Proof.Kind.ANONYMOUS, "", Proof.NEVER));
    }

    private static Verdict verdict(KnownDevice device, Proof proof) {
        return device.isEnabled() ? new Accepted(device.id(), proof.encoded()) : new Rejected(Refusal.NOT_ENABLED);
    }
}
