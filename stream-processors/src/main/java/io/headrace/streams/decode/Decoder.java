package io.headrace.streams.decode;

import io.headrace.catalogue.Reason;
import io.headrace.registry.SchemaRegistry;
import io.headrace.streams.decode.avro.AvroFormat;
import io.headrace.streams.decode.json.PlainFormat;
import io.headrace.streams.decode.json.Tokens;
import io.headrace.streams.decode.line.LineFormat;
import io.headrace.streams.decode.senml.SenmlFormat;
import io.headrace.streams.decode.sparkplug.SparkplugFormat;
import io.headrace.streams.decode.sparkplug.SparkplugTopic;
import java.util.Map;
import java.util.Optional;

/**
 * From the bytes of a message to its samples. A Sparkplug topic decides by itself; otherwise the content type does. Where
 * none is given, JSON is recognised by its first character. All or nothing: one bad element refuses the whole message, so
 * that each message has one outcome.
 *
 * <p>Another format is one more {@link Format} and one more line here. Safe for use by several threads.
 */
public final class Decoder {
    private static final String JSON = "application/json";
    private static final String SPARKPLUG = "application/x-sparkplug-b";
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Limits limits;
    private final Map<String, Format> formats;

    /** @param registry of the schemas of Avro payloads */
    public Decoder(Limits limits, SchemaRegistry registry) {
        this.limits = limits;
        this.formats = Map.of(
                JSON,
                new PlainFormat(Tokens.JSON, limits),
                "application/cbor",
                new PlainFormat(Tokens.CBOR, limits),
                "application/senml+json",
                new SenmlFormat(Tokens.JSON, limits),
                "application/senml+cbor",
                new SenmlFormat(Tokens.CBOR, limits),
                "application/avro",
                new AvroFormat(registry, limits),
                "application/x-influx-line-protocol",
                new LineFormat(limits),
                SPARKPLUG,
                new SparkplugFormat(limits));
    }

    /** Of a payload that no mapping is for. */
    public Decoded decode(Payload payload) {
        return decode(payload, Optional.empty());
    }

    /**
     * Never throws for what the payload is.
     *
     * @param mapped what decodes it in the place of its content type's format
     *
     * @throws io.headrace.registry.RegistryUnavailableException where the payload's schema can't be asked for now
     */
    public Decoded decode(Payload payload, Optional<Format> mapped) {
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
            MediaType type = payload.contentType().map(MediaType::of).orElse(MediaType.NONE);
            Content content = new Content(bytes, type, payload.receivedAt(), payload.sender());
            Format format = mapped.isPresent() && isMappable(content) ? mapped.get() : formatOf(content);
            Decoded.Samples samples = format.read(content);
            Weight.check(samples.list());
            return samples;
        } catch (Rejection rejected) {
            return rejected.asResult();
        }
    }

    private Format formatOf(Content content) throws Rejection {
        Format format = formats.get(typeOf(content));
        if (format == null) {
            throw new Rejection(
                    Reason.UNKNOWN_CONTENT_TYPE,
                    content.type().essence().isEmpty()
                            ? "no content type, and the payload doesn't look like JSON"
                            : "content type " + Text.shown(content.type().essence()));
        }
        return format;
    }

    /** Of what has no content type, only what looks like JSON; and Sparkplug is what it is. */
    private static boolean isMappable(Content content) {
        boolean recognisable = !content.type().essence().isEmpty() || looksLikeJson(content.bytes());
        return recognisable && !typeOf(content).equals(SPARKPLUG);
    }

    private static String typeOf(Content content) {
        if (content.sender().topic().filter(SparkplugTopic::isOne).isPresent()) {
            return SPARKPLUG;
        }
        String type = content.type().essence();
        return type.isEmpty() && looksLikeJson(content.bytes()) ? JSON : type;
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
