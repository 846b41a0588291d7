package io.headrace.streams.decode.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORFactoryBuilder;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.SampleBuilder;
import io.headrace.streams.decode.Text;
import java.io.IOException;

/**
 * The two syntaxes, JSON and CBOR, as one stream of tokens, and what is common to reading values from it.
 *
 * <p>Of Jackson's own bounds only the length of a number is used, so that a broken bound means one thing; all others are
 * checked here while reading, against {@link Limits}. The tables of names keep their bound on collisions.
 */
public enum Tokens {
    JSON(Reason.MALFORMED_JSON),
    CBOR(Reason.MALFORMED_CBOR);

    /** Decimal digits; the longest double written out in full has under 800 significant ones. */
    private static final int NUMBER_LENGTH = 1_000;

    private static final int DOUBLE_BITS = 1_024;
    private static final int EPOCH_TAG = 1;

    private static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxNumberLength(NUMBER_LENGTH)
            .maxNestingDepth(Integer.MAX_VALUE)
            .maxStringLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .build();

    private static final JsonFactory JSON_FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(CONSTRAINTS)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // to say that NaN is out of range, not malformed
            .build();

    private static final CBORFactory CBOR_FACTORY = new CBORFactoryBuilder(new CBORFactory())
            .streamReadConstraints(CONSTRAINTS)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private final Reason malformed;

    /** Reads one value, from the parser's first token to the value's last. */
    public interface Reading<T> {
        T from(JsonParser parser) throws Rejection, IOException;
    }

    Tokens(Reason malformed) {
        this.malformed = malformed;
    }

    /** Reads the whole of a payload that holds one value. */
    public <T> T parse(byte[] bytes, Reading<T> reading) throws Rejection {
        try (JsonParser parser = this == JSON ? JSON_FACTORY.createParser(bytes) : CBOR_FACTORY.createParser(bytes)) {
            T result = reading.from(parser);
            requireEnd(parser);
            return result;
        } catch (IOException e) {
            throw rejection(e);
        } catch (RuntimeException e) {
            // the parser's own, at bytes that its authors didn't think of
            throw new Rejection(
                    malformed, "the parser failed with " + e.getClass().getSimpleName());
        }
    }

    /** Why a payload that this syntax threw at is refused, with the place but not with what stands there. */
    private Rejection rejection(IOException e) {
        if (e instanceof StreamConstraintsException) {
            String message = String.valueOf(e.getMessage());
            return message.startsWith("Number")
                    ? new Rejection(Reason.NUMBER_OUT_OF_RANGE, "a number of more than " + NUMBER_LENGTH + " digits")
                    : new Rejection(Reason.TOO_MANY_VALUES, "names made to collide");
        }
        if (e instanceof JsonEOFException) {
            return new Rejection(malformed, "the payload ends early");
        }
        if (e instanceof JsonProcessingException syntax && syntax.getLocation() != null) {
            long offset = syntax.getLocation().getByteOffset();
            int column = syntax.getLocation().getColumnNr();
            return new Rejection(malformed, offset < 0 ? "at column " + column : "at byte " + offset);
        }
        return new Rejection(malformed, "not " + name());
    }

    /** The next token, inside of the payload's value: there must be one. */
    public JsonToken next(JsonParser parser) throws Rejection, IOException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw new Rejection(malformed, "the payload ends early");
        }
        return token;
    }

    /** Anything more is as wrong as something missing. */
    private void requireEnd(JsonParser parser) throws Rejection, IOException {
        if (parser.nextToken() != null) {
            throw new Rejection(malformed, "something follows the end of the payload's value");
        }
    }

    /** Adds a scalar; null adds nothing. */
    static void addScalar(SampleBuilder sample, String name, JsonParser parser) throws Rejection, IOException {
        JsonToken token = parser.currentToken();
        switch (token) {
            case VALUE_NUMBER_INT -> addInteger(sample, name, parser);
            case VALUE_NUMBER_FLOAT -> sample.add(name, parser.getDoubleValue());
            case VALUE_TRUE -> sample.add(name, true);
            case VALUE_FALSE -> sample.add(name, false);
            case VALUE_STRING -> sample.add(name, parser.getText());
            case VALUE_NULL -> {
                // a metric that the device has no value for now
            }
            default ->
                throw new Rejection(
                        Reason.UNEXPECTED_SHAPE, "the value of " + Text.shown(name) + " is no number, boolean or text");
        }
    }

    /** Whether the current token is a CBOR time in seconds since 1970 (RFC 8949, 3.4.2: tag 1). */
    static boolean isEpochSeconds(JsonParser parser) {
        return parser instanceof CBORParser cbor && cbor.getCurrentTag() == EPOCH_TAG;
    }

    /** The current token as a finite number. */
    public static double number(String name, JsonParser parser) throws Rejection, IOException {
        double value;
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            value = parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                    ? bigInteger(parser)
                    : parser.getLongValue();
        } else if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
            value = parser.getDoubleValue();
        } else {
            throw new Rejection(Reason.UNEXPECTED_SHAPE, Text.shown(name) + " is no number");
        }
        if (!Double.isFinite(value)) {
            throw new Rejection(Reason.NUMBER_OUT_OF_RANGE, Text.shown(name) + " is no finite number");
        }
        return value;
    }

    private static void addInteger(SampleBuilder sample, String name, JsonParser parser) throws Rejection, IOException {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            sample.add(name, bigInteger(parser));
        } else {
            sample.add(name, parser.getLongValue());
        }
    }

    /** Nearest double; infinite where there is none. CBOR's big numbers may have as many bytes as the payload. */
    private static double bigInteger(JsonParser parser) throws IOException {
        var value = parser.getBigIntegerValue();
        return value.bitLength() > DOUBLE_BITS ? Double.POSITIVE_INFINITY : value.doubleValue();
    }
}
