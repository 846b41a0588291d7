package io.headrace.gateway.http.request;

import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.SasToken;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Credentials in an {@code Authorization} header: Basic with device id and key or token, or a bare SAS token. */
final class AuthorizationHeader {
    private static final String BASIC = "Basic ";
    private static final String TOKEN_AS_PASSWORD = ":SharedAccessSignature ";

    private AuthorizationHeader() {}

    /** Empty where the header is of neither kind, or damaged. */
    static Optional<Credentials> parse(String value) {
        if (SasToken.isToken(value)) {
            return SasToken.parse(value)
                    .flatMap(SasToken::deviceId)
                    .map(device -> new Credentials.Password(device, value));
        }
        return value.regionMatches(true, 0, BASIC, 0, BASIC.length())
                ? basic(value.substring(BASIC.length()).strip())
                : Optional.empty();
    }

    private static Optional<Credentials> basic(String encoded) {
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
        // A device id may contain a colon, a key in Base64 never does.
        int token = pair.indexOf(TOKEN_AS_PASSWORD);
        int colon = token >= 0 ? token : pair.lastIndexOf(':');
        return colon < 0
                ? Optional.empty()
                : Optional.of(new Credentials.Password(pair.substring(0, colon), pair.substring(colon + 1)));
    }
}
