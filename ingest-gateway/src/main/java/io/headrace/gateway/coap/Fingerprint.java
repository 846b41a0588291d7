package io.headrace.gateway.coap;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Of a datagram's bytes, half of their SHA-256. A weaker one would take two readings for one, as the 32 bits of {@link
 * java.util.Arrays#hashCode(byte[])} do where two neighbouring bytes have changed by 1 and by -31.
 */
record Fingerprint(long first, long second) {
    static Fingerprint of(byte[] bytes) {
        try {
            ByteBuffer hash =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
            return new Fingerprint(hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
