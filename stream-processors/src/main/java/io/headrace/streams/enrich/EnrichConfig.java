package io.headrace.streams.enrich;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.measure.Unit;

/**
 * What readings get beside what their device sent.
 *
 * @param tags names of the device's tags that are copied; empty for all
 * @param payloadTags names of tags for which a payload's own value wins over the registry's
 * @param units wanted, by metric, as UCUM codes
 * @param quantities units wanted for all other metrics of the same quantity, as UCUM codes
 */
public record EnrichConfig(
        Optional<Set<String>> tags, Set<String> payloadTags, Map<String, String> units, List<String> quantities) {
    /** All tags, no payload's own instead of one of them, and values in the units that they come in. */
    public static final EnrichConfig DEFAULT = new EnrichConfig(Optional.empty(), Set.of(), Map.of(), List.of());

    private static final String TAGS = "processors.enrich.tags";
    private static final String PAYLOAD_TAGS = "processors.enrich.payload-tags";
    private static final String UNIT = "processors.enrich.unit.";
    private static final String UNITS = "processors.enrich.units";

    public EnrichConfig {
        tags = tags.map(Set::copyOf);
        payloadTags = Set.copyOf(payloadTags);
        units = Map.copyOf(units);
        quantities = List.copyOf(quantities);
    }

    /**
     * Reads {@code processors.enrich.tags}, {@code .payload-tags}, {@code .units} and everything under {@code .unit.}.
     *
     * @throws ConfigException for what is no unit
     */
    public static EnrichConfig from(Settings settings) {
        String tags = settings.text(TAGS, "*");
        Map<String, String> units = settings.passThrough(UNIT);
        units.forEach((metric, code) -> parsed(UNIT + metric, code));
        List<String> quantities = names(settings.text(UNITS, ""));
        requireOneOfEach(quantities);
        return new EnrichConfig(
                tags.strip().equals("*") ? Optional.empty() : Optional.of(Set.copyOf(names(tags))),
                Set.copyOf(names(settings.text(PAYLOAD_TAGS, ""))),
                units,
                quantities);
    }

    /** The device as its readings shall show it. */
    public DeviceProfile shown(DeviceProfile device) {
        return tags.map(device::showing).orElse(device);
    }

    /** Whether it is a tag of the registry alone, even of a device that has none of this name. */
    boolean isShownByName(String tag) {
        return tags.isPresent() && tags.get().contains(tag);
    }

    private static void requireOneOfEach(List<String> codes) {
        List<Unit<?>> units = new ArrayList<>();
        for (String code : codes) {
            Unit<?> unit = parsed(UNITS, code);
            if (!Ucum.isOfOneQuantity(unit)) {
                throw new ConfigException(UNITS + " has " + code
                        + ", which may count anything: give it for each metric, under " + UNIT + "<metric>");
            }
            for (Unit<?> other : units) {
                if (other.isCompatible(unit)) {
                    throw new ConfigException(UNITS + " has two units of the quantity of " + code);
                }
            }
            units.add(unit);
        }
    }

    private static Unit<?> parsed(String key, String code) {
        return Ucum.parse(code).orElseThrow(() -> Settings.invalid(key, code, "a UCUM code such as Cel or km/h"));
    }

    private static List<String> names(String list) {
        List<String> names = new ArrayList<>();
        for (String name : list.split(",", -1)) {
            if (!name.isBlank()) {
                names.add(name.strip());
            }
        }
        return names;
    }
}
