package io.headrace.gateway.amqp.session;

import io.headrace.gateway.amqp.codec.Performative.SaslInit;
import io.headrace.gateway.identity.Credentials;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** The mechanisms of SASL that a device may use: PLAIN (RFC 4616) and, with a TLS certificate, EXTERNAL (RFC 4422). */
final class SaslExchange {
    static final int OK = 0;
    static final int BAD_CREDENTIALS = 1;
    /** Somebody has to do something first. */
    static final int NOT_ALLOWED = 3;

    static final int TRY_LATER = 4;

    private static final List<String> PLAIN = List.of("PLAIN");
    private static final List<String> WITH_CERTIFICATE = List.of("EXTERNAL", "PLAIN");

    private SaslExchange() {}

    /** Those that are offered, the best first. */
    static List<String> mechanisms(List<X509Certificate> chain) {
        return chain.isEmpty() ? PLAIN : WITH_CERTIFICATE;
    }

    /** What the client shows; empty where it is nothing that can be right. */
    static Optional<Credentials> credentials(SaslInit init, List<X509Certificate> chain) {
        byte[] response = init.response().orElse(new byte[0]);
        return switch (init.mechanism()) {
            case "PLAIN" -> plain(response);
            case "EXTERNAL" ->
                chain.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Credentials.Certificate(text(response, 0, response.length), chain));
            default -> Optional.empty();
        };
    }

    /** {@code [authzid] NUL authcid NUL password}: nobody acts for another, so the first is empty or the second. */
    private static Optional<Credentials> plain(byte[] response) {
        int first = indexOfNul(response, 0);
        int second = first < 0 ? -1 : indexOfNul(response, first + 1);
        if (second < 0) {
            return Optional.empty();
        }
        String acting = text(response, 0, first);
        String id = text(response, first + 1, second);
        String password = text(response, second + 1, response.length);
        return acting.isEmpty() || acting.equals(id)
                ? Optional.of(new Credentials.Password(id, password))
                : Optional.empty();
    }

    private static int indexOfNul(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
