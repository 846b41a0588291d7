package io.headrace.streams.window;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.record.WindowKind;
import io.headrace.streams.window.shape.Calendar;
import io.headrace.streams.window.shape.Session;
import io.headrace.streams.window.shape.Shape;
import io.headrace.streams.window.shape.Steps;
import io.headrace.streams.window.shape.WindowSpec;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads {@code processors.windows.<name>.}
 *
 * <pre>
 * kind              tumbling (default), hopping, sliding or session
 * size              1s to 7d; of a tumbling window also hour, day, week or month. Not of a session
 * zone              of the calendar; UTC by default
 * hop               of hopping: 1s to the size, which it divides, into 64 at most
 * step              of sliding: how finely it moves, a divisor of the size, into 1,000 at most; by default the
 *                   shortest of whole seconds that is at least a 300th
 * gap               of a session: 1s to 1d
 * group-by          a tag, by whose value devices are counted together
 * when.tag.&lt;tag&gt;    the value that the device's tag must have, for each of these
 * provisional       shortest wall-clock time between two provisional results; none by default
 * </pre>
 */
final class NamedWindows {
    private static final String PREFIX = "processors.windows.";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);
    private static final int MOST = 16;
    private static final int MOST_OVERLAPPING = 64;
    private static final int FINEST_STEP = 1_000;
    private static final int USUAL_STEP = 300;

    private final String key;
    private final Settings settings;

    private NamedWindows(String name, Map<String, String> values) {
        this.key = PREFIX + name + ".";
        this.settings = Settings.of(values);
    }

    static List<WindowSpec> from(Settings settings) {
        Map<String, Map<String, String>> byName = new TreeMap<>();
        settings.passThrough(PREFIX).forEach((rest, value) -> {
            String name = rest.split("\\.", 2)[0];
            if (!NAME.matcher(name).matches() || name.length() == rest.length()) {
                throw new ConfigException(
                        PREFIX + rest + " must be " + PREFIX + "<name>.<key>, a name of 1 to 32 of a-z 0-9 -");
            }
            byName.computeIfAbsent(name, fresh -> new LinkedHashMap<>()).put(PREFIX + rest, value);
        });
        if (byName.size() > MOST) {
            throw new ConfigException(PREFIX + " must be at most " + MOST + " windows, not " + byName.size());
        }
        List<WindowSpec> specs = new ArrayList<>();
        byName.forEach((name, values) -> specs.add(new NamedWindows(name, values).spec(name)));
        return specs;
    }

    private WindowSpec spec(String name) {
        Shape shape = shape();
        Optional<String> groupBy = settings.findText(key + "group-by");
        if (groupBy.filter(tag -> tag.contains("/")).isPresent()) {
            throw Settings.invalid(key + "group-by", groupBy.orElseThrow(), "a tag without a slash");
        }
        Map<String, String> when = settings.passThrough(key + "when.tag.");
        Duration provisional = settings.duration(key + "provisional", Duration.ZERO, Duration.ofMillis(100), WEEK);
        settings.requireAllRead();
        return WindowSpec.named(name, shape, groupBy, when, provisional.toMillis());
    }

    private Shape shape() {
        String kind = settings.oneOf(key + "kind", "tumbling", Set.of("tumbling", "hopping", "sliding", "session"));
        return switch (kind) {
            case "tumbling" -> tumbling();
            case "hopping" -> hopping();
            case "sliding" -> sliding();
            default -> new Session(required("gap", SECOND, DAY));
        };
    }

    private Shape tumbling() {
        for (Calendar.Unit unit : Calendar.Unit.values()) {
            if (settings.text(key + "size").equals(unit.name().toLowerCase(Locale.ROOT))) {
                return new Calendar(unit, zone());
            }
        }
        return Steps.tumbling(required("size", SECOND, WEEK));
    }

    private ZoneId zone() {
        String zone = settings.text(key + "zone", "UTC");
        try {
            return ZoneId.of(zone);
        } catch (DateTimeException unknown) {
            throw Settings.invalid(key + "zone", zone, "a time zone like Europe/Berlin");
        }
    }

    private Shape hopping() {
        long size = required("size", SECOND, WEEK);
        long hop = required("hop", SECOND, Duration.ofMillis(size));
        return new Steps(WindowKind.HOPPING, size, divisor("hop", size, hop, MOST_OVERLAPPING));
    }

    private Shape sliding() {
        long size = required("size", SECOND, WEEK);
        if (settings.findText(key + "step").isEmpty()) {
            return new Steps(WindowKind.SLIDING, size, usualStep(size));
        }
        long step = required("step", Duration.ofMillis(1), Duration.ofMillis(size));
        return new Steps(WindowKind.SLIDING, size, divisor("step", size, step, FINEST_STEP));
    }

    private long usualStep(long size) {
        for (long step = 1_000; step < size; step += 1_000) {
            if (size % step == 0 && size / step <= USUAL_STEP) {
                return step;
            }
        }
        throw new ConfigException(key + "step is missing: no whole number of seconds is a part of " + size + " ms");
    }

    private long divisor(String name, long size, long step, int most) {
        if (size % step != 0 || size / step > most || size == step) {
            throw Settings.invalid(
                    key + name,
                    settings.text(key + name),
                    "less than the size and a whole part of it, at least 1/" + most);
        }
        return step;
    }

    /** Milliseconds. */
    private long required(String name, Duration min, Duration max) {
        settings.text(key + name);
        return settings.duration(key + name, Duration.ZERO, min, max).toMillis();
    }
}
