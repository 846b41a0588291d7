package io.headrace.streams.decode.line;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.Sample;
import io.headrace.streams.decode.SampleBuilder;
import io.headrace.streams.decode.Text;
import java.util.regex.Pattern;

/**
 * One line: {@code measurement[,tag=value…] field=value[,field=value…] [time]}, with InfluxDB's escapes: a backslash takes
 * their meaning from commas and spaces in a measurement, from those and equals signs in tags and field names, and from
 * quotes and backslashes in a text; before anything else it is a backslash.
 */
final class Line {
    private static final String ENDS_MEASUREMENT = ", ";
    private static final String ENDS_NAME = ",= ";

    /** Java reads more as numbers than the protocol has: hexadecimal ones, and such as end in d. */
    private static final Pattern FLOAT =
            Pattern.compile("[+-]?+(?:[0-9]++\\.?+[0-9]*+|\\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+");

    private static final Pattern SIGNED = Pattern.compile("[+-]?+[0-9]++");
    private static final Pattern UNSIGNED = Pattern.compile("[0-9]++");

    private final Cursor in;
    private final Limits limits;
    private final Precision precision;
    private final SampleBuilder sample;

    Line(Cursor in, Limits limits, Precision precision) {
        this.in = in;
        this.limits = limits;
        this.precision = precision;
        this.sample = new SampleBuilder(limits);
    }

    /** Reads to the line's end. */
    Sample read() throws Rejection {
        String measurement = name(ENDS_MEASUREMENT, "measurement");
        while (in.peek() == ',') {
            in.next();
            String tag = name(ENDS_NAME, "tag");
            require('=', "the tag " + Text.shown(tag) + " has no value");
            sample.tag(tag, name(ENDS_NAME, "tag's value"));
        }
        require(' ', "no field follows the measurement");
        in.skipSpaces();
        do {
            String field = name(ENDS_NAME, "field");
            require('=', "the field " + Text.shown(field) + " has no value");
            value(measurement + "." + field);
        } while (comma());
        in.skipSpaces();
        if (!in.isAtLineEnd()) {
            sample.time(precision.instant(time()));
        }
        return sample.buildOfAny();
    }

    private boolean comma() {
        boolean comma = in.peek() == ',';
        if (comma) {
            in.next();
        }
        return comma;
    }

    private void value(String metric) throws Rejection {
        if (in.peek() == '"') {
            sample.add(metric, quoted(metric));
            return;
        }
        String word = word(",");
        switch (word) {
            case "t", "T", "true", "True", "TRUE" -> sample.add(metric, true);
            case "f", "F", "false", "False", "FALSE" -> sample.add(metric, false);
            case "NaN", "nan", "Inf", "+Inf", "-Inf", "inf", "+inf", "-inf" ->
                throw new Rejection(
                        Reason.NUMBER_OUT_OF_RANGE, "the value of " + Text.shown(metric) + " is no finite number");
            default -> number(metric, word);
        }
    }

    private void number(String metric, String word) throws Rejection {
        char last = word.isEmpty() ? ' ' : word.charAt(word.length() - 1);
        String digits = last == 'i' || last == 'u' ? word.substring(0, word.length() - 1) : word;
        Pattern form = last == 'i' ? SIGNED : last == 'u' ? UNSIGNED : FLOAT;
        if (!form.matcher(digits).matches()) {
            throw malformed("the value of " + Text.shown(metric) + " is no number, boolean or quoted text: "
                    + Text.shown(word));
        }
        try {
            switch (last) {
                case 'i' -> sample.add(metric, Long.parseLong(digits));
                case 'u' -> unsigned(metric, Long.parseUnsignedLong(digits));
                default -> sample.add(metric, Double.parseDouble(digits));
            }
        } catch (NumberFormatException tooLarge) {
            throw new Rejection(
                    Reason.NUMBER_OUT_OF_RANGE, "the value of " + Text.shown(metric) + " is no 64-bit integer");
        }
    }

    /** Above the largest long the nearest double, as for JSON. */
    private void unsigned(String metric, long bits) throws Rejection {
        if (bits >= 0) {
            sample.add(metric, bits);
        } else {
            sample.add(metric, ((bits >>> 1) | (bits & 1)) * 2.0);
        }
    }

    private long time() throws Rejection {
        String word = word("");
        in.skipSpaces();
        if (!in.isAtLineEnd()) {
            throw malformed("something follows the time");
        }
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException notANumber) {
            throw new Rejection(Reason.MALFORMED_TIME, "the time is no whole number: " + Text.shown(word));
        }
    }

    /** Up to a space, the line's end, or one of the ends. */
    private String word(String ends) throws Rejection {
        StringBuilder word = new StringBuilder();
        while (!in.isAtLineEnd() && in.peek() != ' ' && ends.indexOf(in.peek()) < 0) {
            append(word, in.next(), limits.textLength());
        }
        return word.toString();
    }

    private String name(String ends, String what) throws Rejection {
        StringBuilder name = new StringBuilder();
        while (!in.isAtLineEnd() && ends.indexOf(in.peek()) < 0) {
            if (in.peek() == '\\' && ends.indexOf(in.peekSecond()) >= 0) {
                in.next();
            }
            append(name, in.next(), limits.nameLength());
        }
        if (name.isEmpty()) {
            throw malformed("the " + what + " is empty");
        }
        return name.toString();
    }

    /** May hold line ends. */
    private String quoted(String metric) throws Rejection {
        StringBuilder text = new StringBuilder();
        in.next();
        while (in.peek() != '"') {
            if (in.peek() == Cursor.END) {
                throw malformed("the text of " + Text.shown(metric) + " has no end");
            }
            if (in.peek() == '\\' && (in.peekSecond() == '"' || in.peekSecond() == '\\')) {
                in.next();
            }
            append(text, in.next(), limits.textLength());
        }
        in.next();
        return text.toString();
    }

    private static void append(StringBuilder text, char c, int limit) throws Rejection {
        if (text.length() >= limit) {
            throw new Rejection(
                    Reason.TEXT_TOO_LONG, Text.shown(text.toString()) + " is longer than " + limit + " characters");
        }
        text.append(c);
    }

    private void require(char expected, String otherwise) throws Rejection {
        if (in.peek() != expected) {
            throw malformed(otherwise);
        }
        in.next();
    }

    private static Rejection malformed(String what) {
        return new Rejection(Reason.MALFORMED_LINE, what);
    }
}
