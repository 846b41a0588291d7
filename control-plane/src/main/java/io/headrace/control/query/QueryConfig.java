package io.headrace.control.query;

import io.headrace.config.Secret;
import io.headrace.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where the tiers are, and what a query may cost.
 *
 * @param warm empty: there is no warm tier to ask
 * @param cold the catalog, as Iceberg spells its settings; empty: there is no cold tier to ask
 * @param timeout longest that a query may ask for, delivery of its rows included
 * @param concurrent queries at once
 * @param memoryBytes of one query; what doesn't fit goes to a file
 * @param temporary folder of those files
 * @param temporaryBytes of one query's; files of the cold tier that have to be fetched may have as much again
 * @param threads of one query
 * @param maxCopiedRows most rows that a query may need of the warm tier
 */
public record QueryConfig(
        Optional<Warm> warm,
        Map<String, String> cold,
        Duration timeout,
        int concurrent,
        long memoryBytes,
        Path temporary,
        long temporaryBytes,
        int threads,
        long maxCopiedRows) {
    private static final String KEY = "control-plane.query.";
    private static final String CATALOG = KEY + "catalog.";

    public QueryConfig {
        cold = Map.copyOf(cold);
    }

    /**
     * The database of the warm tier.
     *
     * @param url {@code jdbc:postgresql:…}
     * @param user reads schema {@code headrace}; empty where the URL names one
     * @param password empty where none is asked
     */
    public record Warm(String url, Optional<String> user, Optional<Secret> password) {}

    /**
     * Reads {@code control-plane.query.postgres.url}, {@code .user}, {@code .password-file} or {@code -env}; all under
     * {@code .catalog.}; {@code .timeout}, {@code .concurrent}, {@code .memory}, {@code .temp-dir}, {@code .temp-size},
     * {@code .threads} and {@code .max-copied-rows}.
     */
    public static QueryConfig from(Settings settings) {
        Optional<String> url = settings.findText(KEY + "postgres.url");
        url.filter(text -> !text.startsWith("jdbc:postgresql:")).ifPresent(text -> {
            throw Settings.invalid(KEY + "postgres.url", text, "a URL like jdbc:postgresql://host/database");
        });
        Optional<String> user = settings.findText(KEY + "postgres.user");
        Optional<Secret> password = settings.findSecret(KEY + "postgres.password");
        return new QueryConfig(
                url.map(text -> new Warm(text, user, password)),
                catalog(settings.passThrough(CATALOG), user, password),
                settings.duration(KEY + "timeout", Duration.ofMinutes(10), Duration.ofSeconds(1), Duration.ofDays(1)),
                settings.integer(KEY + "concurrent", 2, 1, 100),
                settings.bytes(KEY + "memory", 256L << 20, 64L << 20, 1L << 40),
                settings.findPath(KEY + "temp-dir").orElse(Path.of(System.getProperty("java.io.tmpdir"))),
                settings.bytes(KEY + "temp-size", 4L << 30, 1L << 20, 1L << 50),
                settings.integer(KEY + "threads", 2, 1, 1_000),
                settings.whole(KEY + "max-copied-rows", 5_000_000, 1, Long.MAX_VALUE));
    }

    /**
     * A catalog in a database is asked without making anything in it; one in PostgreSQL in the sink's schema and as the
     * warm tier is, where nothing else is said. Any other is as it is given.
     */
    private static Map<String, String> catalog(
            Map<String, String> given, Optional<String> user, Optional<Secret> password) {
        String uri = given.getOrDefault("uri", "");
        if (!uri.startsWith("jdbc:")) {
            return given;
        }
        Map<String, String> catalog = new LinkedHashMap<>();
        if (!given.containsKey("type")) {
            catalog.put("catalog-impl", "org.apache.iceberg.jdbc.JdbcCatalog");
        }
        catalog.put("io-impl", LocalFiles.class.getName());
        catalog.put("jdbc.schema-version", "V1");
        catalog.put("jdbc.init-catalog-tables", "false");
        catalog.put("clients", "1");
        boolean isPostgres = uri.startsWith("jdbc:postgresql:");
        if (isPostgres) {
            user.ifPresent(name -> catalog.put("jdbc.user", name));
            password.ifPresent(
                    secret -> catalog.put("jdbc.password", secret.reveal().get()));
        }
        catalog.putAll(given);
        if (isPostgres && !uri.contains("currentSchema=")) {
            catalog.put("uri", uri + (uri.contains("?") ? "&" : "?") + "currentSchema=iceberg");
        }
        return catalog;
    }
}
