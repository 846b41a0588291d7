package io.headrace.control.commands;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.headrace.record.CommandResult;
import io.headrace.record.DeviceCommand;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A command as the API shows it.
 *
 * @param state a word of {@link CommandState#word}
 * @param by who wanted it: an actor of the API, or {@code rule:<id>}
 * @param alert the alert whose action it is; null where it is none
 * @param payload where it is JSON; null otherwise
 * @param payloadBase64 other bytes; null where there are none
 * @param result null while there is none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CommandView(
        String id,
        String device,
        String name,
        String state,
        String by,
        @Nullable String alert,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Instant deliveredAt,
        @Nullable String contentType,
        @Nullable JsonNode payload,
        @Nullable String payloadBase64,
        @Nullable Result result) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * What became of it in the end.
     *
     * @param detail one line; null for none
     * @param gateway that told it
     * @param protocol over which the device answered; null where it didn't
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Result(
            Instant at,
            @Nullable String detail,
            @Nullable String contentType,
            @Nullable JsonNode payload,
            @Nullable String payloadBase64,
            String gateway,
            @Nullable String protocol) {}

    /** @param command that was made */
    static CommandView of(DeviceCommand command, CommandState state) {
        Shown payload = Shown.of(command.getPayload());
        return new CommandView(
                command.getId(),
                command.getDeviceId(),
                command.getName(),
                state.word(),
                command.getBy(),
                command.getAlertId(),
                command.getCreatedAt(),
                command.getExpiresAt(),
                state.deliveredAt().orElse(null),
                orNull(command.getContentType()),
                payload.json(),
                payload.base64(),
                state.result().map(CommandView::result).orElse(null));
    }

    private static Result result(CommandResult told) {
        Shown payload = Shown.of(told.getPayload());
        return new Result(
                told.getAt(),
                orNull(told.getDetail()),
                orNull(told.getContentType()),
                payload.json(),
                payload.base64(),
                told.getGateway(),
                orNull(told.getProtocol()));
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /** Bytes as JSON where they are that, whatever their content type says; null where they aren't. */
    private record Shown(@Nullable JsonNode json, @Nullable String base64) {
        private static Shown of(ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            if (bytes.length == 0) {
                return new Shown(null, null);
            }
            try {
                return new Shown(JSON.readTree(bytes), null);
            } catch (JsonProcessingException notJson) {
                return new Shown(null, Base64.getEncoder().encodeToString(bytes));
            } catch (IOException impossible) {
                throw new IllegalStateException("reading from memory doesn't fail", impossible);
            }
        }
    }
}
