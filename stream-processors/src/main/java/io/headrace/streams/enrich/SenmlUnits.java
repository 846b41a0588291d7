package io.headrace.streams.enrich;

import java.util.Map;

/**
 * Unit names of SenML (RFC 8428, 12.1; secondary ones of RFC 8798, 3) whose UCUM code is another. All others are UCUM
 * codes themselves, or have none: decibels of a reference that UCUM doesn't have, reactive power, turbidity.
 */
final class SenmlUnits {
    private static final Map<String, String> UCUM = Map.ofEntries(
            Map.entry("/", "1"),
            Map.entry("%RH", "%"),
            Map.entry("%EL", "%"),
            Map.entry("EL", "s"),
            Map.entry("/100", "%"),
            Map.entry("/1000", "[ppth]"),
            Map.entry("ppm", "[ppm]"),
            Map.entry("ppb", "[ppb]"),
            Map.entry("ppt", "[pptr]"),
            Map.entry("lat", "deg"),
            Map.entry("lon", "deg"),
            Map.entry("pH", "[pH]"),
            Map.entry("count", "{count}"),
            Map.entry("beats", "{beats}"),
            Map.entry("beat/min", "{beat}/min"),
            Map.entry("VA", "V.A"),
            Map.entry("VAs", "V.A.s"),
            Map.entry("kVA", "kV.A"),
            Map.entry("MVA", "MV.A"),
            Map.entry("VAh", "V.A.h"),
            Map.entry("kVAh", "kV.A.h"),
            Map.entry("Ah", "A.h"),
            Map.entry("Wh", "W.h"),
            Map.entry("kWh", "kW.h"),
            Map.entry("Wh/km", "W.h/km"),
            Map.entry("B", "By"),
            Map.entry("KiB", "KiBy"),
            Map.entry("GB", "GBy"),
            Map.entry("B/s", "By/s"),
            Map.entry("MB/s", "MBy/s"));

    private SenmlUnits() {}

    /** The UCUM code; the name itself where it isn't one of SenML's own. */
    static String ucum(String name) {
        return UCUM.getOrDefault(name, name);
    }
}
