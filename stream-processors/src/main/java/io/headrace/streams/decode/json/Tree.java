package io.headrace.streams.decode.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A payload as a tree of {@code Map}, {@code List}, {@code Double}, {@code Boolean} and {@code String}. All numbers are
 * doubles: a device that writes 21 for 21.0 must not change the type of its metric. Used once.
 */
public final class Tree {
    private static final int MAX_NODES = 100_000;
    private static final int MAX_TEXT = 65_536;

    private final Tokens tokens;
    private final Limits limits;
    private final Object nothing;
    private int nodes;

    /** @param nothing what stands for null */
    public Tree(Tokens tokens, Limits limits, Object nothing) {
        this.tokens = tokens;
        this.limits = limits;
        this.nothing = nothing;
    }

    public Object read(byte[] bytes) throws Rejection {
        return tokens.parse(bytes, parser -> {
            if (parser.nextToken() == null) {
                throw new Rejection(Reason.EMPTY_PAYLOAD, "nothing but white space");
            }
            return value("payload", parser, 1);
        });
    }

    private Object value(String name, JsonParser parser, int depth) throws Rejection, IOException {
        if (++nodes > MAX_NODES) {
            throw new Rejection(Reason.TOO_MANY_VALUES, "more than " + MAX_NODES + " values in one message");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, depth);
            case START_ARRAY -> list(name, parser, depth);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Tokens.number(name, parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_STRING -> text(name, parser.getText());
            case VALUE_NULL -> nothing;
            default ->
                throw new Rejection(
                        Reason.UNEXPECTED_SHAPE, "the value of " + Text.shown(name) + " is no number, boolean or text");
        };
    }

    private Map<String, Object> object(JsonParser parser, int depth) throws Rejection, IOException {
        requireDepth(depth);
        Map<String, Object> object = new LinkedHashMap<>();
        while (tokens.next(parser) != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            tokens.next(parser);
            if (object.put(text(name, name), value(name, parser, depth + 1)) != null) {
                throw new Rejection(Reason.DUPLICATE_NAME, "the name " + Text.shown(name) + " twice in one object");
            }
        }
        return object;
    }

    private List<Object> list(String name, JsonParser parser, int depth) throws Rejection, IOException {
        requireDepth(depth);
        List<Object> list = new ArrayList<>();
        while (tokens.next(parser) != JsonToken.END_ARRAY) {
            list.add(value(name, parser, depth + 1));
        }
        return list;
    }

    private void requireDepth(int depth) throws Rejection {
        if (depth > limits.depth()) {
            throw new Rejection(Reason.TOO_DEEP, "nested deeper than " + limits.depth());
        }
    }

    private static String text(String name, String text) throws Rejection {
        if (text.length() > MAX_TEXT) {
            throw new Rejection(
                    Reason.TEXT_TOO_LONG,
                    "the text of " + Text.shown(name) + " is longer than " + MAX_TEXT + " characters");
        }
        return Text.wellFormed(text);
    }
}
