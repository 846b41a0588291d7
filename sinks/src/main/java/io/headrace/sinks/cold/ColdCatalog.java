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
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.postgresql.Driver;

/**
 * Where the cold tier is: its catalog in PostgreSQL, in a schema of its own, and its files on a local disk.
 *
 * @param jdbcUrl {@code jdbc:postgresql:…}
 * @param user empty where the URL names one
 * @param password empty where none is asked
 * @param warehouse folder of the tables; absolute, since the catalog writes it down
 */
public record ColdCatalog(String jdbcUrl, Optional<String> user, Optional<Secret> password, Path warehouse) {
    /** The catalog's name; a row of its tables is found under it. */
    public static final String NAME = "headrace";

    private static final String SCHEMA = "iceberg";

    public ColdCatalog {
        warehouse = warehouse.toAbsolutePath();
    }

    /** {@link #jdbcUrl} with the catalog's schema. */
    public String uri() {
        return inOwnSchema(jdbcUrl);
    }

    /** A URL of PostgreSQL that names no schema, with that of the catalog; any other as it is. */
    static String inOwnSchema(String uri) {
        return uri.startsWith("jdbc:postgresql:") && !uri.contains("currentSchema=")
                ? uri + (uri.contains("?") ? "&" : "?") + "currentSchema=" + SCHEMA
                : uri;
    }

    /** Settings of the catalog, as Iceberg spells them. */
    public Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>();
        properties.put("uri", uri());
        user.ifPresent(name -> properties.put("jdbc.user", name));
        password.ifPresent(
                secret -> properties.put("jdbc.password", secret.reveal().get()));
        properties.put("jdbc.schema-version", "V1");
        properties.put("warehouse", warehouse.toString());
        properties.put("io-impl", LocalFileIO.class.getName());
        properties.put("clients", "1");
        return properties;
    }

    /** Opens the catalog, making its schema where it isn't there. The caller closes it. */
    JdbcCatalog open() {
        makeSchema(properties());
        JdbcCatalog catalog = new JdbcCatalog();
        catalog.initialize(NAME, properties());
        return catalog;
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
}
