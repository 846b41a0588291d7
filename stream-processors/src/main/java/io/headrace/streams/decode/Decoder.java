package io.headrace.streams.decode;

import io.headrace.catalogue.Reason;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * From the bytes of a message to its samples, by content type: {@code application/json}, {@code application/cbor},
 * {@code application/senml+json} and {@code application/senml+cbor}. Where none is given, JSON is recognised by its
 * first character. All or nothing: one bad element refuses the whole message, so that each message has one outcome.
 *
 * <p>Another format is one more {@link Format} and one more line here. Safe for use by several threads.
 */
public final class Decoder {
    private static final String JSON = "application/json";
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Limits limits;
    private final Map<String, Format> formats;

    public Decoder(Limits limits) {
        this.limits = limits;
        this.formats = Map.of(
                JSON,
                new PlainFormat(Tokens.JSON, limits),
                "application/cbor",
                new PlainFormat(Tokens.CBOR, limits),
                "application/senml+json",
                new SenmlFormat(Tokens.JSON, limits),
                "application/senml+cbor",
                new SenmlFormat(Tokens.CBOR, limits));
    }

    /** Never throws, whatever the payload is. */
    public Decoded decode(Payload payload) {
        try {
            byte[] bytes = ContentEncoding.inflate(
                    payload.bytes(), payload.contentEncoding().orElse(""), limits.inflatedBytes());
            if (bytes.length > limits.inflatedBytes()) {
                throw new Rejection(
                        Reason.INFLATED_TOO_LARGE, "more than " + limits.inflatedBytes() + " bytes of payload");
            }
            if (bytes.length == 0) {
                throw new Rejection(Reason.EMPTY_PAYLOAD, "no bytes");
            }
            List<Sample> samples = formatOf(payload.contentType(), bytes).read(bytes, payload.receivedAt());
            Weight.check(samples);
            return new Decoded.Samples(samples);
        } catch (Rejection rejected) {
            return rejected.asResult();
        }
    }

    private Format formatOf(Optional<String> contentType, byte[] bytes) throws Rejection {
        String type = contentType.map(Decoder::essence).orElse("");
        Format format = formats.get(type.isEmpty() && looksLikeJson(bytes) ? JSON : type);
        if (format == null) {
            throw new Rejection(
                    Reason.UNKNOWN_CONTENT_TYPE,
                    type.isEmpty()
                            ? "no content type, and the payload doesn't look like JSON"
                            : "content type " + Text.shown(type));
        }
        return format;
    }

    /** The media type without its parameters. */
    private static String essence(String contentType) {
        int semicolon = contentType.indexOf(';');
        String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        return type.strip().toLowerCase(Locale.ROOT);
    }

    private static boolean looksLikeJson(byte[] bytes) {
        int at = startsWithMark(bytes) ? BYTE_ORDER_MARK.length : 0;
        while (at < bytes.length && " \t\r\n".indexOf(bytes[at]) >= 0) {
            at++;
        }
        return at < bytes.length && (bytes[at] == '{' || bytes[at] == '[');
    }

    private static boolean startsWithMark(byte[] bytes) {
        return bytes.length >= 3
                && bytes[0] == BYTE_ORDER_MARK[0]
                && bytes[1] == BYTE_ORDER_MARK[1]
                && bytes[2] == BYTE_ORDER_MARK[2];
    }
}
