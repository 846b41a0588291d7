package io.headrace.standalone;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.sinks.cold.upkeep.UpkeepConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the cold tier is and how it is kept.
 *
 * @param catalog properties of its catalog, as Iceberg spells them; empty for that in PostgreSQL with files on disk
 * @param interval between two rounds of upkeep; zero for none
 * @param upkeep what a round does
 */
public record ColdSettings(Map<String, String> catalog, Duration interval, UpkeepConfig upkeep) {
    private static final String CATALOG = "iceberg.catalog.";
    private static final Duration LONGEST = Duration.ofDays(3_650);

    public ColdSettings {
        catalog = Map.copyOf(catalog);
    }

    /** Reads {@code connect.cold.catalog.*} and {@code connect.cold.upkeep.*}. */
    public static ColdSettings from(Settings settings) {
        String prefix = "connect.cold.upkeep.";
        UpkeepConfig usual = UpkeepConfig.DEFAULT;
        Duration interval = settings.duration(prefix + "interval", Duration.ofHours(1), Duration.ZERO, LONGEST);
        long target = settings.bytes(prefix + "target-file-size", usual.targetFileBytes(), 1, 1L << 40);
        int least = settings.integer(prefix + "least-files", usual.leastFiles(), 2, 10_000);
        Duration keep = settings.duration(prefix + "keep-snapshots", usual.keepSnapshots(), Duration.ZERO, LONGEST);
        Duration orphans = settings.duration(prefix + "orphan-age", usual.orphanAge(), Duration.ofHours(3), LONGEST);
        Map<String, String> catalog = settings.passThrough("connect.cold.catalog.");
        if (!catalog.isEmpty() && !catalog.containsKey("warehouse")) {
            throw new ConfigException("connect.cold.catalog.warehouse is missing: where are the cold tier's files?");
        }
        return new ColdSettings(catalog, interval, new UpkeepConfig(target, least, keep, orphans));
    }

    /** The connector with this catalog in the place of the template's. */
    Map<String, String> given(Map<String, String> connector) {
        if (catalog.isEmpty()) {
            return connector;
        }
        Map<String, String> given = new HashMap<>(connector);
        given.keySet().removeIf(key -> key.startsWith(CATALOG));
        catalog.forEach((key, value) -> given.put(CATALOG + key, value));
        return given;
    }
}
