package io.headrace.sinks.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests as Standard Webhooks 1.0 says: HMAC-SHA256 over {@code id.timestamp.body}, once for each secret, so that
 * a target can change its secret at its leisure. Safe for use by several threads.
 */
final class Signature {
    private static final String PREFIX = "whsec_";
    private static final int SHORTEST_SECRET = 24;
    private static final int LONGEST_SECRET = 64;

    private final List<SecretKeySpec> keys;

    /**
     * @param secrets {@code whsec_} and 24 to 64 bytes in Base64; none: nothing is signed
     * @throws IllegalArgumentException where one isn't; the message doesn't tell it
     */
    Signature(List<String> secrets) {
        List<SecretKeySpec> read = new ArrayList<>();
        for (String secret : secrets) {
            read.add(new SecretKeySpec(bytes(secret), "HmacSHA256"));
        }
        this.keys = List.copyOf(read);
    }

    private static byte[] bytes(String secret) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("isn't Base64", e);
        }
        if (bytes.length < SHORTEST_SECRET || bytes.length > LONGEST_SECRET) {
            throw new IllegalArgumentException(
                    "has " + bytes.length + " bytes, not " + SHORTEST_SECRET + " to " + LONGEST_SECRET);
        }
        return bytes;
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /**
     * Value of {@code webhook-signature}: {@code v1,} and Base64 for each secret, with blanks between.
     *
     * @param timestamp epoch seconds
     */
    String of(String id, long timestamp, byte[] body) {
        byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
        StringBuilder all = new StringBuilder();
        for (SecretKeySpec key : keys) {
            all.append(all.isEmpty() ? "v1," : " v1,").append(sign(key, head, body));
        }
        return all.toString();
    }

    private static String sign(SecretKeySpec key, byte[] head, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(head);
            return Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
