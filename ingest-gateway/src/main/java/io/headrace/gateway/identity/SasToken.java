package io.headrace.gateway.identity;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Shared access signature: {@code SharedAccessSignature sr=<resource>&sig=<signature>&se=<expiry>}, fields in any order.
 * The signature is an HMAC-SHA256 over resource and expiry as they stand in the token: clients escape the resource in
 * upper case, in lower case or not at all, so that it must not be decoded and encoded again.
 *
 * @param signedText resource as sent, a line feed, expiry as sent
 * @param resource decoded and cut at {@code /}: {@code <hub>, devices, <device id>}
 * @param signature 32 bytes where it is one
 * @param expiresAt epoch seconds
 * @param policy name of a shared access policy, or empty for the device's own key
 */
@SuppressWarnings("ArrayRecordComponent") // compared in constant time only
public record SasToken(String signedText, List<String> resource, byte[] signature, long expiresAt, String policy) {
    private static final String SCHEME = "SharedAccessSignature ";
    private static final int MAX_LENGTH = 4096;

    public SasToken {
        resource = List.copyOf(resource);
    }

    /** Whether a text claims to be a token. */
    public static boolean isToken(String text) {
        return text.startsWith(SCHEME);
    }

    /** Empty where the text isn't a token, or a damaged one. */
    public static Optional<SasToken> parse(String text) {
        if (!isToken(text) || text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Map<String, String> fields = new HashMap<>();
        for (String field : text.substring(SCHEME.length()).split("&", -1)) {
            int equals = field.indexOf('=');
            if (equals < 1 || fields.put(field.substring(0, equals), field.substring(equals + 1)) != null) {
                return Optional.empty();
            }
        }
        return Optional.ofNullable(of(fields));
    }

    private static @Nullable SasToken of(Map<String, String> fields) {
        String resource = fields.get("sr");
        String expiry = fields.get("se");
        String signature = fields.get("sig");
        if (resource == null || expiry == null || signature == null) {
            return null;
        }
        try {
            return new SasToken(
                    resource + "\n" + expiry,
                    segments(decoded(resource)),
                    Base64.getDecoder().decode(decoded(signature)),
                    seconds(expiry),
                    decoded(fields.getOrDefault("skn", "")));
        } catch (IllegalArgumentException notEncodedSo) {
            return null;
        }
    }

    private static long seconds(String expiry) {
        if (expiry.isEmpty() || expiry.length() > 18 || !expiry.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("not a count of seconds");
        }
        return Long.parseLong(expiry);
    }

    /** {@code +} is a plus here, never a space. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static List<String> segments(String resource) {
        List<String> segments = new ArrayList<>(List.of(resource.split("/", -1)));
        if (segments.getLast().toLowerCase(Locale.ROOT).startsWith("api-version=")) {
            segments.removeLast();
        }
        return segments;
    }

    /** The device that the token is for; empty where it is for something else, such as a module or the whole hub. */
    public Optional<String> deviceId() {
        return resource.size() == 3 && resource.get(1).equalsIgnoreCase("devices")
                ? Optional.of(resource.get(2))
                : Optional.empty();
    }

    /** Host name of the hub that the token is for; empty where the resource doesn't begin with one. */
    String hub() {
        return resource.getFirst();
    }

    /** Whether this key made the signature. Takes the same time for any key. */
    boolean isSignedWith(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return MessageDigest.isEqual(mac.doFinal(signedText.getBytes(StandardCharsets.UTF_8)), signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is part of every JDK", e);
        }
    }

    @Override
    public String toString() {
        return "SasToken[" + String.join("/", resource) + "]";
    }
}
