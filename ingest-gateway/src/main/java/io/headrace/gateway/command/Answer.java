package io.headrace.gateway.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a device says to a command.
 *
 * @param isSuccess whether it has done it
 * @param detail one line for a person, at most 512 characters, none of them a control character; empty for none
 * @param payload what it says besides; owned by the record and never changed
 * @param contentType of the payload; empty where it isn't known or there is none
 */
@SuppressWarnings("ArrayRecordComponent") // holds bytes that are handed on and never compared
public record Answer(boolean isSuccess, String detail, byte[] payload, String contentType) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final String JSON_TYPE = "application/json";
    static final int LONGEST_DETAIL = 512;
    private static final int LONGEST_TYPE = 256;
    private static final byte[] NOTHING = {};

    public Answer {
        detail = line(detail, LONGEST_DETAIL);
        contentType = line(contentType, LONGEST_TYPE);
    }

    /**
     * Whether a word beside the body says that the command succeeded ({@code succeeded}) or failed ({@code failed});
     * empty where it is another word.
     */
    public static Optional<Boolean> outcome(String status) {
        return switch (status.toLowerCase(Locale.ROOT)) {
            case "succeeded" -> Optional.of(true);
            case "failed" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** An answer whose outcome stands beside the body, which is the payload as it is. */
    public static Answer of(boolean isSuccess, byte[] body, String contentType) {
        return new Answer(isSuccess, "", body, body.length == 0 ? "" : contentType);
    }

    /**
     * An answer that is a body alone: {@code {"status": "succeeded"|"failed", "detail": …, "payload": …}}, of which only the
     * status must be there. Any other body is the payload of a success.
     */
    public static Answer of(byte[] body, String contentType) {
        JsonNode said = isObject(body) ? parse(body) : null;
        JsonNode status = said == null ? null : said.get("status");
        Optional<Boolean> outcome =
                status == null || !status.isTextual() ? Optional.empty() : outcome(status.textValue());
        if (said == null || outcome.isEmpty()) {
            return of(true, body, contentType);
        }
        JsonNode payload = said.path("payload");
        boolean isThere = !payload.isMissingNode() && !payload.isNull();
        return new Answer(
                outcome.get(),
                said.path("detail").asText(""),
                isThere ? payload.toString().getBytes(StandardCharsets.UTF_8) : NOTHING,
                isThere ? JSON_TYPE : "");
    }

    /** Whether it is worth a look: most payloads aren't objects of JSON. */
    private static boolean isObject(byte[] body) {
        for (byte each : body) {
            if (each != ' ' && each != '\n' && each != '\r' && each != '\t') {
                return each == '{';
            }
        }
        return false;
    }

    private static @Nullable JsonNode parse(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            return null; // the payload of a success, as any other bytes are
        } catch (IOException impossible) {
            throw new IllegalStateException("bytes in memory can be read", impossible);
        }
    }

    /** As it may stand in a log, a header and on a screen. */
    static String line(String text, int longest) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), longest));
        for (int i = 0; i < Math.min(text.length(), longest); i++) {
            char c = text.charAt(i);
            clean.append(Character.isISOControl(c) ? ' ' : c);
        }
        return clean.toString();
    }
}
