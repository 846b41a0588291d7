package io.headrace.streams.decode.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Content;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Format;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.Sample;
import io.headrace.streams.decode.SampleBuilder;
import io.headrace.streams.decode.Text;
import io.headrace.streams.decode.TimeText;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Objects of names and values, in JSON or CBOR. What is nested is flattened with dots, elements of arrays by their
 * index; {@code ts} is the time (milliseconds since 1970, or ISO 8601 with an offset), a whole {@code seq} the sequence,
 * and the members of an object {@code values} count as if they stood beside it. An array of such objects is a batch.
 */
public final class PlainFormat implements Format {
    private final Tokens tokens;
    private final Limits limits;

    public PlainFormat(Tokens tokens, Limits limits) {
        this.tokens = tokens;
        this.limits = limits;
    }

    @Override
    public Decoded.Samples read(Content content) throws Rejection {
        return Decoded.Samples.of(tokens.parse(content.bytes(), this::readFrom));
    }

    /** All samples of the value that a parser stands before. */
    public List<Sample> readFrom(JsonParser parser) throws Rejection, IOException {
        return switch (parser.nextToken()) {
            case START_OBJECT -> List.of(readSample(parser, 1));
            case START_ARRAY -> readBatch(parser);
            case null -> throw new Rejection(Reason.EMPTY_PAYLOAD, "nothing but white space");
            default -> throw new Rejection(Reason.UNEXPECTED_SHAPE, "neither an object nor an array of objects");
        };
    }

    private List<Sample> readBatch(JsonParser parser) throws Rejection, IOException {
        List<Sample> samples = new ArrayList<>();
        while (tokens.next(parser) != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                requireNotTooDeep(parser);
                throw new Rejection(
                        Reason.UNEXPECTED_SHAPE, "element " + samples.size() + " of the batch is no object");
            }
            if (samples.size() == limits.readings()) {
                throw new Rejection(
                        Reason.TOO_MANY_VALUES, "more than " + limits.readings() + " readings in one message");
            }
            samples.add(readSample(parser, 2));
        }
        if (samples.isEmpty()) {
            throw new Rejection(Reason.UNEXPECTED_SHAPE, "an empty batch");
        }
        return samples;
    }

    private Sample readSample(JsonParser parser, int depth) throws Rejection, IOException {
        requireDepth(depth);
        SampleBuilder sample = new SampleBuilder(limits);
        while (tokens.next(parser) != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = tokens.next(parser);
            if (name.equals("ts")) {
                sample.time(readTime(parser));
            } else if (name.equals("values") && token == JsonToken.START_OBJECT) {
                addObject(sample, "", parser, depth + 1);
            } else if (name.equals("seq") && isLong(parser)) {
                sample.sequence(parser.getLongValue());
            } else {
                addValue(sample, name, parser, depth);
            }
        }
        return sample.build();
    }

    private void addValue(SampleBuilder sample, String name, JsonParser parser, int depth)
            throws Rejection, IOException {
        switch (parser.currentToken()) {
            case START_OBJECT -> addObject(sample, name + ".", parser, depth + 1);
            case START_ARRAY -> addArray(sample, name + ".", parser, depth + 1);
            case null, default -> Tokens.addScalar(sample, name, parser);
        }
    }

    private void addObject(SampleBuilder sample, String prefix, JsonParser parser, int depth)
            throws Rejection, IOException {
        requireDepth(depth);
        requireName(prefix);
        while (tokens.next(parser) != JsonToken.END_OBJECT) {
            String name = prefix + parser.currentName();
            tokens.next(parser);
            addValue(sample, name, parser, depth);
        }
    }

    private void addArray(SampleBuilder sample, String prefix, JsonParser parser, int depth)
            throws Rejection, IOException {
        requireDepth(depth);
        requireName(prefix);
        int index = 0;
        while (tokens.next(parser) != JsonToken.END_ARRAY) {
            addValue(sample, prefix + index++, parser, depth);
        }
    }

    /** A batch of arrays is refused anyway: this finds the better reason. */
    private void requireNotTooDeep(JsonParser parser) throws Rejection, IOException {
        int depth = 1;
        while (parser.currentToken() == JsonToken.START_ARRAY) {
            requireDepth(++depth);
            tokens.next(parser);
        }
    }

    private void requireDepth(int depth) throws Rejection {
        if (depth > limits.depth()) {
            throw new Rejection(Reason.TOO_DEEP, "nested deeper than " + limits.depth());
        }
    }

    /** Before it is put in front of each name below it: the work stays proportional to the payload. */
    private void requireName(String prefix) throws Rejection {
        if (prefix.length() > limits.nameLength()) {
            throw new Rejection(
                    Reason.TEXT_TOO_LONG,
                    "the name " + Text.shown(prefix) + " is longer than " + limits.nameLength() + " characters");
        }
    }

    private static boolean isLong(JsonParser parser) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    }

    private static @Nullable Instant readTime(JsonParser parser) throws Rejection, IOException {
        return switch (parser.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                isLong(parser) && !Tokens.isEpochSeconds(parser)
                        ? TimeText.ofMillis(parser.getLongValue())
                        : TimeText.ofSeconds(Tokens.number("ts", parser) / (Tokens.isEpochSeconds(parser) ? 1 : 1e3));
            case VALUE_STRING ->
                TimeText.parse(parser.getText())
                        .orElseThrow(() -> new Rejection(
                                Reason.MALFORMED_TIME, "ts is no ISO 8601 time with an offset such as Z"));
            default -> throw new Rejection(Reason.MALFORMED_TIME, "ts is neither a number nor a text");
        };
    }
}
