package io.headrace.streams.decode.senml;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.Text;
import io.headrace.streams.decode.json.Tokens;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one SenML record as they stand in the pack, by their JSON labels (RFC 8428, 4.1 to 4.3 and table 4).
 * Unknown ones are passed over, but for those that the sender requires to be understood (4.4: a trailing underscore).
 */
final class SenmlFields {
    private static final int VERSION = 10;

    private static final Map<String, String> CBOR_LABELS = Map.ofEntries(
            Map.entry("-1", "bver"),
            Map.entry("-2", "bn"),
            Map.entry("-3", "bt"),
            Map.entry("-4", "bu"),
            Map.entry("-5", "bv"),
            Map.entry("-6", "bs"),
            Map.entry("0", "n"),
            Map.entry("1", "u"),
            Map.entry("2", "v"),
            Map.entry("3", "vs"),
            Map.entry("4", "vb"),
            Map.entry("5", "s"),
            Map.entry("6", "t"),
            Map.entry("7", "ut"),
            Map.entry("8", "vd"));

    private final Map<String, Object> byLabel = new HashMap<>();

    private SenmlFields() {}

    /** Reads the object that the parser stands at the start of. */
    static SenmlFields read(Tokens tokens, JsonParser parser, Limits limits) throws Rejection, IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new Rejection(Reason.MALFORMED_SENML, "a record of the pack is no object");
        }
        SenmlFields fields = new SenmlFields();
        while (tokens.next(parser) != JsonToken.END_OBJECT) {
            String label = tokens == Tokens.CBOR
                    ? CBOR_LABELS.getOrDefault(parser.currentName(), parser.currentName())
                    : parser.currentName();
            tokens.next(parser);
            Object value = readValue(label, tokens, parser, limits);
            if (value != null && fields.byLabel.put(label, value) != null) {
                throw new Rejection(Reason.DUPLICATE_NAME, "the label " + label + " twice in one record");
            }
        }
        if (fields.number("bver", VERSION) > VERSION) {
            throw new Rejection(Reason.MALFORMED_SENML, "a SenML version above " + VERSION);
        }
        return fields;
    }

    boolean has(String label) {
        return byLabel.containsKey(label);
    }

    double number(String label, double otherwise) {
        return byLabel.get(label) instanceof Double number ? number : otherwise;
    }

    String text(String label, String otherwise) {
        return byLabel.get(label) instanceof String text ? text : otherwise;
    }

    boolean flag(String label) {
        return byLabel.get(label) instanceof Boolean flag && flag;
    }

    private static @Nullable Object readValue(String label, Tokens tokens, JsonParser parser, Limits limits)
            throws Rejection, IOException {
        return switch (label) {
            case "bver", "bt", "bv", "bs", "v", "s", "t", "ut" -> readNumber(label, parser);
            case "bn", "bu", "n", "u", "vs" -> readText(label, parser);
            case "vb" -> readFlag(parser);
            case "vd" ->
                parser.currentToken() == JsonToken.VALUE_EMBEDDED_OBJECT
                        ? Base64.getUrlEncoder().withoutPadding().encodeToString(parser.getBinaryValue())
                        : readText(label, parser);
            default -> skip(label, tokens, parser, limits);
        };
    }

    private static Double readNumber(String label, JsonParser parser) throws Rejection, IOException {
        if (!parser.currentToken().isNumeric()) {
            throw wrongType(label, "number");
        }
        return Tokens.number(label, parser);
    }

    private static String readText(String label, JsonParser parser) throws Rejection, IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrongType(label, "text");
        }
        return parser.getText();
    }

    private static Boolean readFlag(JsonParser parser) throws Rejection {
        if (!parser.currentToken().isBoolean()) {
            throw wrongType("vb", "boolean");
        }
        return parser.currentToken() == JsonToken.VALUE_TRUE;
    }

    private static @Nullable Object skip(String label, Tokens tokens, JsonParser parser, Limits limits)
            throws Rejection, IOException {
        if (label.endsWith("_")) {
            throw new Rejection(
                    Reason.MALFORMED_SENML, "the label " + Text.shown(label) + " must be understood and isn't");
        }
        int depth = 0;
        while (true) {
            depth += parser.currentToken().isStructStart()
                    ? 1
                    : parser.currentToken().isStructEnd() ? -1 : 0;
            if (depth > limits.depth()) {
                throw new Rejection(Reason.TOO_DEEP, "nested deeper than " + limits.depth());
            }
            if (depth == 0) {
                return null;
            }
            tokens.next(parser);
        }
    }

    private static Rejection wrongType(String label, String type) {
        return new Rejection(Reason.MALFORMED_SENML, "the label " + label + " has no " + type + " as its value");
    }
}
