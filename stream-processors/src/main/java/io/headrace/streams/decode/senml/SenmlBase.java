package io.headrace.streams.decode.senml;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.SampleBuilder;
import io.headrace.streams.decode.Text;
import io.headrace.streams.decode.TimeText;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The base fields in force at a record of a SenML pack, and the resolution of records against them (RFC 8428, 4.6).
 *
 * @param name put before each name
 * @param time in seconds, added to each time
 * @param unit of records that give none
 * @param value added to each number; NaN where the pack has given none
 * @param sum added to each sum; NaN where the pack has given none
 */
record SenmlBase(String name, double time, String unit, double value, double sum) {
    static final SenmlBase NONE = new SenmlBase("", 0, "", Double.NaN, Double.NaN);

    /** Times from here on are since 1970, those before it since now (4.5.3). */
    private static final double ABSOLUTE = 1L << 28;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9\\-:./_]*");

    SenmlBase updatedBy(SenmlFields fields) {
        return new SenmlBase(
                fields.text("bn", name),
                fields.number("bt", time),
                fields.text("bu", unit),
                fields.number("bv", value),
                fields.number("bs", sum));
    }

    /** A record of base fields alone has none; under a base value a name is enough for one. */
    boolean hasValue(SenmlFields fields) {
        return hasOwnValue(fields)
                || fields.has("s")
                || (fields.has("n") && !(Double.isNaN(value) && Double.isNaN(sum)));
    }

    /** Empty for now itself. */
    Optional<Instant> time(SenmlFields fields, Instant now) {
        double seconds = time + fields.number("t", 0);
        if (seconds >= ABSOLUTE) {
            return Optional.of(TimeText.ofSeconds(seconds));
        }
        if (seconds == 0) {
            return Optional.empty();
        }
        return Optional.of(TimeText.ofSeconds(now.getEpochSecond() + now.getNano() / 1e9 + seconds));
    }

    void addValues(SenmlFields fields, SampleBuilder sample) throws Rejection {
        String metric = name + fields.text("n", "");
        if (!NAME.matcher(metric).matches()) {
            throw new Rejection(Reason.MALFORMED_SENML, "no SenML name: " + Text.shown(metric));
        }
        if (fields.has("v") || (!hasOwnValue(fields) && !Double.isNaN(value))) {
            sample.add(metric, orZero(value) + fields.number("v", 0));
        } else if (fields.has("vb")) {
            sample.add(metric, fields.flag("vb"));
        } else if (fields.has("vs")) {
            sample.add(metric, fields.text("vs", ""));
        } else if (fields.has("vd")) {
            sample.add(metric, fields.text("vd", ""));
        }
        if (fields.has("s") || !Double.isNaN(sum)) {
            sample.add(metric + ".sum", orZero(sum) + fields.number("s", 0));
        }
        String resolvedUnit = fields.text("u", unit);
        if (!resolvedUnit.isEmpty()) {
            sample.unit(metric, resolvedUnit);
        }
    }

    private static boolean hasOwnValue(SenmlFields fields) {
        return fields.has("v") || fields.has("vb") || fields.has("vs") || fields.has("vd");
    }

    private static double orZero(double base) {
        return Double.isNaN(base) ? 0 : base;
    }
}
