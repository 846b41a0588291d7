package io.headrace.streams.decode.line;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Content;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Format;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.Sample;
import io.headrace.streams.decode.Text;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * InfluxDB's line protocol: each line is a reading, {@code measurement.field} its metrics, its tags the reading's. The
 * unit of times is what the content type's parameter {@code precision} says, or else the message's property of this name:
 * {@code ns} by default, {@code us}, {@code ms} or {@code s}. One bad line refuses the message, and is named.
 */
public final class LineFormat implements Format {
    private final Limits limits;

    public LineFormat(Limits limits) {
        this.limits = limits;
    }

    @Override
    public Decoded.Samples read(Content content) throws Rejection {
        Precision precision = precision(content);
        Cursor cursor = new Cursor(text(content.bytes()));
        List<Sample> samples = new ArrayList<>();
        while (cursor.toNextLine()) {
            if (samples.size() == limits.readings()) {
                throw new Rejection(
                        Reason.TOO_MANY_VALUES, "more than " + limits.readings() + " readings in one message");
            }
            try {
                samples.add(new Line(cursor, limits, precision).read());
            } catch (Rejection rejected) {
                throw rejected.at("line " + cursor.line());
            }
        }
        if (samples.isEmpty()) {
            throw new Rejection(Reason.EMPTY_PAYLOAD, "no line but comments and empty ones");
        }
        return Decoded.Samples.of(samples);
    }

    private static Precision precision(Content content) throws Rejection {
        String name = content.type()
                .find("precision")
                .or(() -> content.sender().precision())
                .orElse("ns");
        return Precision.find(name)
                .orElseThrow(() -> new Rejection(
                        Reason.UNKNOWN_CONTENT_TYPE, "precision " + Text.shown(name) + " is none of ns, us, ms, s"));
    }

    /** Bytes that are no text would be other bytes when they are stored. */
    private static CharBuffer text(byte[] bytes) throws Rejection {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw new Rejection(Reason.MALFORMED_LINE, "the payload isn't UTF-8");
        }
    }
}
