package io.headrace.gateway.coap.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.headrace.gateway.command.Command;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * How a command is written as one body, since CoAP has no place beside it for a name: {@code id}, {@code name}, {@code
 * expiresIn} (seconds), {@code contentType} where there is one, and the payload where there is one.
 */
public enum Format {
    /** The payload stands in {@code payload} where it is JSON, and in {@code payloadBase64} where it is something else. */
    JSON(50) {
        @Override
        byte[] write(Command command, long secondsLeft) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(REST + command.payload().length);
            try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
                json.writeStartObject();
                json.writeStringField("id", command.id());
                json.writeStringField("name", command.name());
                json.writeNumberField("expiresIn", secondsLeft);
                if (!command.contentType().isEmpty()) {
                    json.writeStringField("contentType", command.contentType());
                }
                payload(json, command);
                json.writeEndObject();
            } catch (IOException impossible) {
                throw new IllegalStateException("memory can be written", impossible);
            }
            return bytes.toByteArray();
        }
    },
    /** RFC 8949: the payload is a byte string. */
    CBOR(60) {
        @Override
        byte[] write(Command command, long secondsLeft) {
            boolean hasType = !command.contentType().isEmpty();
            boolean hasPayload = command.payload().length > 0;
            CborWriter cbor = new CborWriter(REST + command.payload().length);
            cbor.map(3 + (hasType ? 1 : 0) + (hasPayload ? 1 : 0));
            cbor.text("id").text(command.id());
            cbor.text("name").text(command.name());
            cbor.text("expiresIn").number(secondsLeft);
            if (hasType) {
                cbor.text("contentType").text(command.contentType());
            }
            if (hasPayload) {
                cbor.text("payload").bytes(command.payload());
            }
            return cbor.written();
        }
    };

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int REST = 512;

    private final int number;

    Format(int number) {
        this.number = number;
    }

    /** The one that a request accepts; JSON where it doesn't say ({@code -1}), empty where it is neither. */
    public static Optional<Format> accepted(int accept) {
        return switch (accept) {
            case -1, 50 -> Optional.of(JSON);
            case 60 -> Optional.of(CBOR);
            default -> Optional.empty();
        };
    }

    /** Of IANA's registry of Content-Formats. */
    int number() {
        return number;
    }

    abstract byte[] write(Command command, long secondsLeft);

    private static void payload(JsonGenerator json, Command command) throws IOException {
        byte[] payload = command.payload();
        if (payload.length == 0) {
            return;
        }
        if (isJson(command)) {
            json.writeFieldName("payload");
            json.writeRawValue(new String(payload, StandardCharsets.UTF_8));
        } else {
            json.writeBinaryField("payloadBase64", payload);
        }
    }

    private static boolean isJson(Command command) {
        String type = command.contentType().toLowerCase(Locale.ROOT);
        return (type.isEmpty() || type.startsWith("application/json") || type.contains("+json"))
                && isWellFormed(command.payload());
    }

    /** One value and no more, in UTF-8: what is written raw into another must not end it. */
    private static boolean isWellFormed(byte[] payload) {
        String text = new String(payload, StandardCharsets.UTF_8);
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException notJson) {
            return false;
        }
    }
}
