package io.headrace.sinks.email;

import io.headrace.sinks.plugin.Backoff;
import io.headrace.sinks.plugin.Complaints;
import io.headrace.sinks.plugin.Definition;
import io.headrace.sinks.trust.Authorities;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/** Settings of {@link EmailSinkConnector}. */
final class EmailConfig extends AbstractConfig {
    static final String HOST = "smtp.host";
    static final String PORT = "smtp.port";
    static final String SECURITY = "smtp.security";
    static final String USER = "smtp.user";
    static final String PASSWORD = "smtp.password";
    static final String CA_FILE = "ca.file";
    static final String SENDER = "sender";
    static final String CONSOLE_URL = "console.url";
    static final String TIME_ZONE = "time.zone";
    static final String BURST = "recipient.burst";
    static final String INTERVAL_MS = "recipient.interval.ms";
    static final String TIMEOUT_MS = "smtp.timeout.ms";
    static final String GIVE_UP_AFTER_MS = "give.up.after.ms";

    /** How the way to the server is kept from others. */
    enum Security {
        STARTTLS,
        TLS,
        NONE
    }

    static final ConfigDef DEFINITION = new Definition()
            .group("Server")
            .define(
                    HOST,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    new ConfigDef.NonEmptyString(),
                    Importance.HIGH,
                    "The SMTP server that takes the mails.")
            .define(
                    PORT,
                    ConfigDef.Type.INT,
                    587,
                    Range.between(1, 65_535),
                    Importance.HIGH,
                    "Its port: 587 for submission with STARTTLS, 465 for TLS from the first byte, 25 for a relay.")
            .define(
                    SECURITY,
                    ConfigDef.Type.STRING,
                    "starttls",
                    ConfigDef.ValidString.in("starttls", "tls", "none"),
                    Importance.HIGH,
                    "starttls: no mail goes before the connection is encrypted; tls: it is from the first byte; none: everybody"
                            + " on the way reads along, and no password is sent.")
            .define(
                    USER,
                    ConfigDef.Type.STRING,
                    null,
                    Importance.HIGH,
                    "Whom to sign in as; null for a server that asks nobody.")
            .define(
                    PASSWORD,
                    ConfigDef.Type.PASSWORD,
                    null,
                    Importance.HIGH,
                    "That user's password; take it from a config provider, ${file:…} say.")
            .define(
                    CA_FILE,
                    ConfigDef.Type.STRING,
                    null,
                    Authorities.PEM_FILE,
                    Importance.MEDIUM,
                    "PEM file of the authorities that may have signed the server's certificate; the JVM's own if null.")
            .group("Mail")
            .define(
                    SENDER,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    ConfigDef.LambdaValidator.with(EmailConfig::requireSender, () -> "an address"),
                    Importance.HIGH,
                    "From whom the mails are: headrace@example.org, or Headrace <headrace@example.org>.")
            .define(
                    CONSOLE_URL,
                    ConfigDef.Type.STRING,
                    null,
                    Importance.MEDIUM,
                    "Where the console is, for a link in each mail; null for no link.")
            .define(
                    TIME_ZONE,
                    ConfigDef.Type.STRING,
                    "UTC",
                    ConfigDef.LambdaValidator.with(EmailConfig::requireZone, () -> "Europe/Berlin"),
                    Importance.LOW,
                    "In which times are written for people.")
            .group("Pace")
            .define(
                    BURST,
                    ConfigDef.Type.INT,
                    5,
                    Range.between(1, 1_000),
                    Importance.MEDIUM,
                    "How many mails an address gets at once before its notifications are gathered into one mail for each"
                            + " recipient.interval.ms.")
            .define(
                    INTERVAL_MS,
                    ConfigDef.Type.LONG,
                    60_000L,
                    Range.between(0L, 86_400_000L),
                    Importance.MEDIUM,
                    "Time after which an address that has had its burst gets one mail more, in milliseconds; 0 for no limit.")
            .group("Failures")
            .define(
                    TIMEOUT_MS,
                    ConfigDef.Type.INT,
                    15_000,
                    Range.between(100, 120_000),
                    Importance.LOW,
                    "Longest wait for the server to connect, and for each of its answers, in milliseconds.")
            .define(
                    Backoff.FIRST_MS,
                    ConfigDef.Type.INT,
                    1_000,
                    Range.between(10, 60_000),
                    Importance.LOW,
                    "First pause before the next try, in milliseconds; doubles each time.")
            .define(
                    Backoff.LONGEST_MS,
                    ConfigDef.Type.INT,
                    60_000,
                    Range.between(10, 3_600_000),
                    Importance.LOW,
                    "Longest pause before the next try, in milliseconds.")
            .define(
                    GIVE_UP_AFTER_MS,
                    ConfigDef.Type.LONG,
                    86_400_000L,
                    Range.between(0L, 7L * 86_400_000),
                    Importance.MEDIUM,
                    "Age of a notification, in milliseconds, beyond which an address that the server puts off (4xx) costs it a"
                            + " place among the dead letters; 0 tries for ever. A server that is away costs nothing.")
            .build();

    EmailConfig(Map<String, String> values) {
        super(DEFINITION, values, false);
        Complaints complaints = new Complaints().addLosses(originals());
        if ((user() == null) != (getPassword(PASSWORD) == null)) {
            complaints.add(user() == null ? USER : PASSWORD, null, "must be there where the other is");
        }
        if (user() != null && security() == Security.NONE) {
            complaints.add(
                    SECURITY, "none", "must not be none where " + USER + " is: everybody would read the password");
        }
        backoff().check(complaints);
        complaints.raise();
    }

    private static void requireSender(String key, Object value) {
        try {
            InternetAddress[] read = InternetAddress.parse(String.valueOf(value), true);
            if (read.length != 1 || !String.valueOf(read[0].getAddress()).contains("@")) {
                throw new ConfigException(key, value, "must be one address");
            }
        } catch (AddressException e) {
            throw new ConfigException(key, value, "must be an address: " + e.getMessage());
        }
    }

    private static void requireZone(String key, Object value) {
        try {
            ZoneId.of(String.valueOf(value));
        } catch (DateTimeException e) {
            throw new ConfigException(key, value, "must be a time zone such as Europe/Berlin");
        }
    }

    String host() {
        return getString(HOST);
    }

    int port() {
        return getInt(PORT);
    }

    Security security() {
        return Security.valueOf(getString(SECURITY).toUpperCase(Locale.ROOT));
    }

    @Nullable
    String user() {
        return getString(USER);
    }

    @Nullable
    String password() {
        Password password = getPassword(PASSWORD);
        return password == null ? null : password.value();
    }

    InternetAddress sender() {
        try {
            return InternetAddress.parse(getString(SENDER), true)[0];
        } catch (AddressException e) {
            throw new IllegalStateException("it was read before", e);
        }
    }

    Optional<String> consoleUrl() {
        return Optional.ofNullable(getString(CONSOLE_URL));
    }

    ZoneId zone() {
        return ZoneId.of(getString(TIME_ZONE));
    }

    int burst() {
        return getInt(BURST);
    }

    Duration interval() {
        return Duration.ofMillis(getLong(INTERVAL_MS));
    }

    int timeoutMs() {
        return getInt(TIMEOUT_MS);
    }

    Backoff backoff() {
        return Backoff.of(this);
    }

    /** Zero for never. */
    Duration giveUpAfter() {
        return Duration.ofMillis(getLong(GIVE_UP_AFTER_MS));
    }

    /** Whose certificates the server may show. */
    SSLContext trusted() {
        return Authorities.of(CA_FILE, getString(CA_FILE));
    }
}
