package io.headrace.control.access;

import io.headrace.config.ConfigException;
import io.headrace.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Recognises callers by their tokens. Only digests are kept, and each request is compared with all of them in a time
 * that depends on neither the token nor the match. Safe for use by several threads.
 */
public final class AccessTokens {
    /** Shorter tokens can be guessed. */
    static final int MIN_LENGTH = 16;

    private final List<Known> known = new ArrayList<>();

    // Compared by MessageDigest.isEqual alone.
    @SuppressWarnings("ArrayRecordComponent")
    private record Known(byte[] digest, Caller caller) {}

    /** @throws ConfigException where a token is shorter than 16 characters */
    public AccessTokens(AccessConfig config) {
        add(Role.ADMIN, config.admin());
        config.operator().ifPresent(token -> add(Role.OPERATOR, token));
        config.viewer().ifPresent(token -> add(Role.VIEWER, token));
    }

    private void add(Role role, Secret token) {
        String name = role.name().toLowerCase(Locale.ROOT);
        String text = token.reveal().get();
        if (text.length() < MIN_LENGTH) {
            throw new ConfigException("control-plane." + name + "-token must have at least " + MIN_LENGTH
                    + " characters, and has " + text.length());
        }
        known.add(new Known(digest(text), new Caller(name, role)));
    }

    /** Empty where nobody has this token. */
    public Optional<Caller> find(String token) {
        byte[] digest = digest(token);
        @Nullable Caller match = null;
        for (Known each : known) {
            if (MessageDigest.isEqual(each.digest, digest)) {
                match = each.caller;
            }
        }
        return Optional.ofNullable(match);
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
