package io.headrace.streams.actions;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** Names what an action does, for whoever gets it twice. */
final class DeedId {
    /** 128 bits: nobody chooses what goes in so that two are the same. */
    private static final int BYTES = 16;

    private DeedId() {}

    /**
     * {@code <rule>:<event>:<hash>}: the same for the same change of the same alert, action and receiver, whenever and
     * wherever it is worked out; at most 110 characters that a command's id may have.
     *
     * @param part what tells the receivers of one action from each other
     */
    static String of(Occasion occasion, Action action, String part) {
        String identity = occasion.identity() + '\n' + action.index() + '\n' + part;
        byte[] hash = sha256(identity.getBytes(StandardCharsets.UTF_8));
        return occasion.alert().getRuleId() + ":"
                + occasion.event().name().toLowerCase(Locale.ROOT) + ":"
                + HexFormat.of().formatHex(hash, 0, BYTES);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
