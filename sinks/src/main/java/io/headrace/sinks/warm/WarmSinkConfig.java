package io.headrace.sinks.warm;

import io.headrace.sinks.plugin.Backoff;
import io.headrace.sinks.plugin.Complaints;
import io.headrace.sinks.plugin.Definition;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.postgresql.ds.PGSimpleDataSource;

/** Settings of {@link WarmSinkConnector}. */
final class WarmSinkConfig extends AbstractConfig {
    static final String URL = "connection.url";
    static final String USER = "connection.user";
    static final String PASSWORD = "connection.password";
    static final String WRITE_TIMEOUT_MS = "write.timeout.ms";
    static final String PARTITION_WIDTH = "partition.width";
    static final String PARTITION_LIMIT = "partition.limit";
    static final String RETENTION_DAYS = "retention.days";
    static final String ANALYST_ROLE = "analyst.role";

    /** Time that one partition of {@code readings} spans. */
    enum Width {
        DAY,
        MONTH
    }

    static final ConfigDef DEFINITION = new Definition()
            .group("Database")
            .define(
                    URL,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    ConfigDef.LambdaValidator.with(WarmSinkConfig::requirePostgres, () -> "jdbc:postgresql://…"),
                    Importance.HIGH,
                    "JDBC URL of the PostgreSQL database; TLS and the rest of the driver's settings as its parameters.")
            .define(USER, ConfigDef.Type.STRING, null, Importance.HIGH, "Role to connect as; it owns schema headrace.")
            .define(
                    PASSWORD,
                    ConfigDef.Type.PASSWORD,
                    null,
                    Importance.HIGH,
                    "The role's password; take it from a config provider, ${file:…} say.")
            .group("Failures")
            .define(
                    WRITE_TIMEOUT_MS,
                    ConfigDef.Type.INT,
                    30_000,
                    Range.between(1_000, 240_000),
                    Importance.MEDIUM,
                    "Longest time for one statement, in milliseconds. A batch that takes longer is tried again, smaller."
                            + " Keep it well under the consumer's max.poll.interval.ms.")
            .define(
                    Backoff.FIRST_MS,
                    ConfigDef.Type.INT,
                    500,
                    Range.between(10, 60_000),
                    Importance.LOW,
                    "First pause before a failed batch is tried again, in milliseconds; doubles each time.")
            .define(
                    Backoff.LONGEST_MS,
                    ConfigDef.Type.INT,
                    15_000,
                    Range.between(10, 240_000),
                    Importance.LOW,
                    "Longest pause before a failed batch is tried again, in milliseconds.")
            .group("Partitions")
            .define(
                    PARTITION_WIDTH,
                    ConfigDef.Type.STRING,
                    "day",
                    ConfigDef.ValidString.in("day", "month"),
                    Importance.MEDIUM,
                    "What one partition of readings spans, in UTC: day or month. Partitions that are there stay.")
            .define(
                    PARTITION_LIMIT,
                    ConfigDef.Type.INT,
                    4_000,
                    Range.between(1, 20_000),
                    Importance.LOW,
                    "Most partitions that readings may have; what needs one more goes to readings_elsewhen.")
            .define(
                    RETENTION_DAYS,
                    ConfigDef.Type.INT,
                    0,
                    Range.between(0, 36_500),
                    Importance.MEDIUM,
                    "Days after which a partition of readings is dropped, by the time the devices measured, and no sooner"
                            + " than a day after it was made; 0 keeps all.")
            .group("Analysts")
            .define(
                    ANALYST_ROLE,
                    ConfigDef.Type.STRING,
                    "analyst",
                    Importance.LOW,
                    "Role that may read what was measured and nothing else; made, without login, where it isn't there."
                            + " Empty for none.")
            .build();

    WarmSinkConfig(Map<String, String> values) {
        super(DEFINITION, values, false);
        Complaints complaints = new Complaints().addLosses(originals());
        backoff().check(complaints);
        complaints.raise();
    }

    /** Name of the connector, under which {@code sink_offsets} knows it. */
    String connector() {
        Object name = originals().get("name");
        if (name == null) {
            throw new ConfigException("name", null, "the connector needs one");
        }
        return name.toString();
    }

    String url() {
        return getString(URL);
    }

    Duration writeTimeout() {
        return Duration.ofMillis(getInt(WRITE_TIMEOUT_MS));
    }

    Backoff backoff() {
        return Backoff.of(this);
    }

    Width partitionWidth() {
        return Width.valueOf(getString(PARTITION_WIDTH).toUpperCase(Locale.ROOT));
    }

    int partitionLimit() {
        return getInt(PARTITION_LIMIT);
    }

    /** Zero for ever. */
    Duration retention() {
        return Duration.ofDays(getInt(RETENTION_DAYS));
    }

    /** Empty for none. */
    String analystRole() {
        return getString(ANALYST_ROLE).strip();
    }

    /** Connections for changes of the tables: these may take as long as they take, and only wait no longer for a lock. */
    DataSource migrationSource() throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url());
        Properties properties = driverProperties();
        properties.remove("socketTimeout");
        properties.setProperty(
                "options", "-c timezone=UTC -c lock_timeout=" + writeTimeout().toMillis());
        for (String name : properties.stringPropertyNames()) {
            source.setProperty(name, properties.getProperty(name));
        }
        return source;
    }

    /**
     * For the driver. The server ends what outlasts its time, so that a task which was stopped in the middle holds no
     * lock for ever; the socket gives up a little later, for a server that is gone without a word.
     */
    Properties driverProperties() {
        long millis = writeTimeout().toMillis();
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "headrace " + connector());
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("loginTimeout", "10");
        properties.setProperty("socketTimeout", Long.toString(millis / 1_000 + 10));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty(
                "options",
                "-c timezone=UTC -c statement_timeout=" + millis + " -c lock_timeout=" + millis
                        + " -c idle_in_transaction_session_timeout=" + millis);
        if (getString(USER) != null) {
            properties.setProperty("user", getString(USER));
        }
        Password password = getPassword(PASSWORD);
        if (password != null) {
            properties.setProperty("password", password.value());
        }
        return properties;
    }

    private static void requirePostgres(String key, Object value) {
        if (value == null || !value.toString().startsWith("jdbc:postgresql:")) {
            throw new ConfigException(key, value, "must begin with jdbc:postgresql:");
        }
    }
}
