package io.headrace.streams.enrich;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings values into the units that are wanted, then calibrates them, and puts the device's tags beside them. A value
 * for which that can't be done stays, under a tag that says why. Safe for use by several threads.
 */
public final class Enricher {
    /** Before a metric's name: the tag with the unit that the value is in. */
    private static final String UNIT = "unit.";
    /** Before a metric's name: the tag that says why the value isn't in the unit that is wanted. */
    private static final String UNIT_ERROR = "unit-error.";
    /** Before a metric's name: the tag that says why the value isn't calibrated. */
    private static final String CALIBRATION_ERROR = "calibration-error.";
    /** Tags of errors in one reading; what is beyond is in the counts. */
    private static final int MAX_ERRORS = 32;

    private final EnrichConfig config;
    private final UnitOutcome.Tally tally;
    private final Map<String, UnitTarget> targets;
    private final @Nullable UnitTarget others;

    public Enricher(EnrichConfig config, UnitOutcome.Tally tally) {
        this.config = config;
        this.tally = tally;
        Map<String, UnitTarget> byMetric = new HashMap<>();
        config.units().forEach((metric, code) -> byMetric.put(metric, UnitTarget.of(code)));
        this.targets = Map.copyOf(byMetric);
        this.others = config.quantities().isEmpty() ? null : UnitTarget.ofQuantities(config.quantities());
    }

    /** @param device as {@link EnrichConfig#shown} has it */
    public Enriched enrich(Said said, DeviceProfile device) {
        if (said.units().isEmpty() && said.tags().isEmpty() && device.isPlain()) {
            return new Enriched(said.values(), device.shownTags());
        }
        Draft draft = new Draft(said, device);
        draft.addTags();
        for (Map.Entry<String, Object> value : said.values().entrySet()) {
            draft.add(value.getKey(), value.getValue());
        }
        return new Enriched(draft.values, draft.tags);
    }

    /** One reading in the making. */
    private final class Draft {
        private final Said said;
        private final DeviceProfile device;
        private final Map<String, Object> values;
        private final Map<String, String> tags;
        private int errors;

        Draft(Said said, DeviceProfile device) {
            this.said = said;
            this.device = device;
            this.values = HashMap.newHashMap(said.values().size());
            this.tags = HashMap.newHashMap(device.shownTags().size()
                    + said.tags().size()
                    + said.values().size());
        }

        void addTags() {
            tags.putAll(device.shownTags());
            for (Map.Entry<String, String> tag : said.tags().entrySet()) {
                if (isThePayloads(tag.getKey())) {
                    tags.put(tag.getKey(), tag.getValue());
                }
            }
        }

        /** No payload says whose it is, also where the registry is silent, or what unit we have found. */
        private boolean isThePayloads(String tag) {
            if (isOurs(tag)) {
                return false;
            }
            return config.payloadTags().contains(tag) || !(device.tags().containsKey(tag) || config.isShownByName(tag));
        }

        void add(String metric, Object value) {
            Object result = value;
            String unit = said.units().get(metric);
            if (unit == null) {
                unit = device.units().get(metric);
            }
            if (unit != null) {
                result = converted(metric, result, unit);
            }
            List<Calibration> calibrations = device.calibrations().get(metric);
            if (calibrations != null && result instanceof Number number) {
                Calibration calibration = Calibration.inForce(calibrations, said.observedAt());
                result = calibration == null ? result : calibrated(metric, number, calibration);
            }
            values.put(metric, result);
        }

        private Object converted(String metric, Object value, String unit) {
            tags.put(UNIT + metric, unit);
            UnitTarget target = targets.getOrDefault(metric, others);
            if (target == null || !(value instanceof Number number)) {
                return value;
            }
            return switch (conversion(target, unit)) {
                case Conversion.Unchanged none -> value;
                case Conversion.Impossible impossible -> {
                    refused(metric, impossible.why());
                    yield value;
                }
                case Conversion.Linear linear -> converted(metric, number, linear);
            };
        }

        private Conversion conversion(UnitTarget target, String unit) {
            Conversion known = target.known(unit);
            if (known != null) {
                return known;
            }
            return device.mayLearn(said.receivedAt())
                    ? target.learned(unit)
                    : new Conversion.Impossible(UnitOutcome.UNKNOWN);
        }

        private Object converted(String metric, Number value, Conversion.Linear way) {
            if (way.isIdentity()) {
                tags.put(UNIT + metric, way.unit());
                return value;
            }
            double result = way.convert(value.doubleValue());
            if (!Double.isFinite(result)) {
                refused(metric, UnitOutcome.OUT_OF_RANGE);
                return value;
            }
            tags.put(UNIT + metric, way.unit());
            tally.count(UnitOutcome.CONVERTED);
            return result;
        }

        private void refused(String metric, UnitOutcome why) {
            tally.count(why);
            mark(UNIT_ERROR, metric, why);
        }

        private Object calibrated(String metric, Number value, Calibration calibration) {
            double result = calibration.applyTo(value.doubleValue());
            if (!Double.isFinite(result)) {
                mark(CALIBRATION_ERROR, metric, UnitOutcome.OUT_OF_RANGE);
                return value;
            }
            return result;
        }

        private void mark(String kind, String metric, UnitOutcome why) {
            if (errors < MAX_ERRORS) {
                errors++;
                tags.put(kind + metric, why.label());
            }
        }
    }

    private static boolean isOurs(String tag) {
        return tag.startsWith(UNIT) || tag.startsWith(UNIT_ERROR) || tag.startsWith(CALIBRATION_ERROR);
    }
}
