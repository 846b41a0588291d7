package io.headrace.sinks.cold;

import io.headrace.config.Secret;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.postgresql.Driver;

/**
 * Where the cold tier is: its catalog, and through that its files.
 *
 * @param properties of the catalog, as Iceberg spells them: {@code catalog-impl} or {@code type}, {@code uri},
 *     {@code warehouse}, {@code io-impl} and what these want. A URI of PostgreSQL that names no schema gets the schema
 *     that the sink's catalog has
 */
public record ColdCatalog(Map<String, String> properties) {
    /** The catalog's name; a row of its tables is found under it. */
    public static final String NAME = "headrace";

    private static final String SCHEMA = "iceberg";

    public ColdCatalog {
        Map<String, String> inSchema = new HashMap<>(properties);
        inSchema.computeIfPresent("uri", (key, uri) -> inOwnSchema(uri));
        properties = Map.copyOf(inSchema);
    }

    /**
     * A catalog in PostgreSQL, in a schema of its own, with files on a local disk.
     *
     * @param jdbcUrl {@code jdbc:postgresql:…}
     * @param user empty where the URL names one
     * @param password empty where none is asked
     * @param warehouse folder of the tables
     */
    public ColdCatalog(String jdbcUrl, Optional<String> user, Optional<Secret> password, Path warehouse) {
        this(inPostgres(jdbcUrl, user, password, warehouse));
    }

    private static Map<String, String> inPostgres(
            String jdbcUrl, Optional<String> user, Optional<Secret> password, Path warehouse) {
        Map<String, String> properties = new HashMap<>();
        properties.put("catalog-impl", JdbcCatalog.class.getName());
        properties.put("uri", jdbcUrl);
        user.ifPresent(name -> properties.put("jdbc.user", name));
        password.ifPresent(
                secret -> properties.put("jdbc.password", secret.reveal().get()));
        properties.put("jdbc.schema-version", "V1");
        // absolute, since the catalog writes it down
        properties.put("warehouse", warehouse.toAbsolutePath().toString());
        properties.put("io-impl", LocalFileIO.class.getName());
        properties.put("clients", "1");
        return properties;
    }

    /** Of the catalog's server; of PostgreSQL with the catalog's schema. */
    public String uri() {
        return properties.getOrDefault("uri", "");
    }

    /** Root of its files. */
    public String warehouse() {
        return properties.getOrDefault("warehouse", "");
    }

    /** A URL of PostgreSQL that names no schema, with that of the catalog; any other as it is. */
    static String inOwnSchema(String uri) {
        return uri.startsWith("jdbc:postgresql:") && !uri.contains("currentSchema=")
                ? uri + (uri.contains("?") ? "&" : "?") + "currentSchema=" + SCHEMA
                : uri;
    }

    /**
     * Opens the catalog, making its schema where it isn't there. The caller closes it, where it can be closed; one behind
     * REST would send metrics of each step in the background, and log that it was closed meanwhile.
     */
    Catalog open() {
        makeSchema(properties);
        Map<String, String> quiet = new HashMap<>(properties);
        quiet.putIfAbsent("rest-metrics-reporting-enabled", "false");
        return CatalogUtil.buildIcebergCatalog(NAME, quiet, null);
    }

    /** Makes the schema that a catalog in PostgreSQL has its tables in; does nothing for any other. */
    static void makeSchema(Map<String, String> catalog) {
        String uri = catalog.getOrDefault("uri", "");
        if (!uri.startsWith("jdbc:postgresql:") || !uri.contains("currentSchema=" + SCHEMA)) {
            return;
        }
        Properties credentials = new Properties();
        catalog.forEach((key, value) -> {
            if (key.startsWith("jdbc.")) {
                credentials.setProperty(key.substring("jdbc.".length()), value);
            }
        });
        try (Connection connection = new Driver().connect(uri, credentials)) {
            if (connection == null) {
                throw new IllegalArgumentException(uri + " is no URL of PostgreSQL");
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE SCHEMA IF NOT EXISTS " + SCHEMA);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the cold tier's catalog can't be reached: " + e.getMessage(), e);
        }
    }

    /** Without what is secret in it. */
    @Override
    public String toString() {
        return "ColdCatalog[" + uri() + ", " + warehouse() + "]";
    }
}
