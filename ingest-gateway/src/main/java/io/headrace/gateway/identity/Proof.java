package io.headrace.gateway.identity;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Names the credential that a connection was accepted with, so that the connection ends when the credential does.
 *
 * @param kind what was shown
 * @param fingerprint of the key or the certificate, hex; empty for {@link Kind#ANONYMOUS}
 * @param expiresAt epoch seconds, {@link #NEVER} where it doesn't expire
 */
record Proof(Kind kind, String fingerprint, long expiresAt) {
    static final long NEVER = Long.MAX_VALUE;

    enum Kind {
        KEY,
        CERTIFICATE,
        AUTHORITY,
        ANONYMOUS
    }

    static Proof ofKey(byte[] key, long expiresAt) {
        return new Proof(Kind.KEY, fingerprint(key), expiresAt);
    }

    /** As {@link Verdict.Accepted#proof} carries it. */
    String encoded() {
        return kind + " " + fingerprint + " " + expiresAt;
    }

    static Proof decoded(String text) {
        List<String> parts = List.of(text.split(" ", -1));
        return new Proof(Kind.valueOf(parts.get(0)), parts.get(1), Long.parseLong(parts.get(2)));
    }

    /** Whether the device, as it is now, would still be proven by this credential. */
    boolean stillProves(KnownDevice device) {
        return switch (kind) {
            case KEY ->
                fingerprint.equals(fingerprint(device.keys().primary()))
                        || fingerprint.equals(fingerprint(device.keys().secondary()));
            case CERTIFICATE -> device.thumbprints().contains(fingerprint);
            case AUTHORITY -> device.trustsAuthority();
            case ANONYMOUS -> true;
        };
    }

    /** First 64 bits of the SHA-256: tells two keys of one device apart, and says nothing about either. */
    private static String fingerprint(byte[] key) {
        return HexFormat.of().toHexDigits(ByteBuffer.wrap(sha256(key)).getLong());
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
