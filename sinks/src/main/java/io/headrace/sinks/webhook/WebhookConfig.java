package io.headrace.sinks.webhook;

import io.headrace.sinks.plugin.Backoff;
import io.headrace.sinks.plugin.Complaints;
import io.headrace.sinks.plugin.Definition;
import io.headrace.sinks.trust.Authorities;
import io.headrace.template.Template;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/** Settings of {@link WebhookSinkConnector}. */
final class WebhookConfig extends AbstractConfig {
    static final String URL = "target.url";
    static final String ALLOW_PLAIN_HTTP = "allow.plain.http";
    static final String ALLOW_PRIVATE_ADDRESSES = "allow.private.addresses";
    static final String CA_FILE = "ca.file";
    static final String SECRET = "signing.secret";
    static final String PREVIOUS_SECRET = "signing.secret.previous";
    static final String TEMPLATE = "template";
    static final String MAX_IN_FLIGHT = "max.in.flight";
    static final String REQUEST_TIMEOUT_MS = "request.timeout.ms";
    static final String GIVE_UP_AFTER_MS = "give.up.after.ms";
    static final String HEADER_PREFIX = "header.";

    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7E]*");
    /** What the connector or HTTP itself says. */
    private static final Set<String> OURS = Set.of(
            "host",
            "content-length",
            "content-type",
            "transfer-encoding",
            "connection",
            "webhook-id",
            "webhook-timestamp",
            "webhook-signature");

    static final ConfigDef DEFINITION = new Definition()
            .group("Target")
            .define(
                    URL,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    ConfigDef.LambdaValidator.with(WebhookConfig::requireUrl, () -> "https://…"),
                    Importance.HIGH,
                    "Where to POST to: an https URL, without user and fragment.")
            .define(
                    ALLOW_PLAIN_HTTP,
                    ConfigDef.Type.BOOLEAN,
                    false,
                    Importance.LOW,
                    "Whether the URL may be http, which tells everybody on the way what is sent.")
            .define(
                    ALLOW_PRIVATE_ADDRESSES,
                    ConfigDef.Type.BOOLEAN,
                    false,
                    Importance.MEDIUM,
                    "Whether the target may be this machine, or in a private network. Leave it false where others than the"
                            + " worker's owner may set the URL.")
            .define(
                    CA_FILE,
                    ConfigDef.Type.STRING,
                    null,
                    Authorities.PEM_FILE,
                    Importance.MEDIUM,
                    "PEM file of the authorities that may have signed the target's certificate; the JVM's own if null.")
            .group("Request")
            .define(
                    SECRET,
                    ConfigDef.Type.PASSWORD,
                    null,
                    ConfigDef.LambdaValidator.with(WebhookConfig::requireSecret, () -> "whsec_…"),
                    Importance.HIGH,
                    "Secret of the signature (Standard Webhooks): whsec_ and 24 to 64 bytes in Base64. Take it from a"
                            + " config provider. Null: requests aren't signed.")
            .define(
                    PREVIOUS_SECRET,
                    ConfigDef.Type.PASSWORD,
                    null,
                    ConfigDef.LambdaValidator.with(WebhookConfig::requireSecret, () -> "whsec_…"),
                    Importance.LOW,
                    "The secret before, while the target still checks by it: requests carry both signatures.")
            .define(
                    TEMPLATE,
                    ConfigDef.Type.STRING,
                    null,
                    ConfigDef.LambdaValidator.with(WebhookConfig::requireTemplate, () -> "JSON"),
                    Importance.MEDIUM,
                    "JSON in whose texts ${field} stands for a field of the record. In a Connect worker with config"
                            + " providers a place without a colon is left alone. Null: the record as it is.")
            .group("Failures")
            .define(
                    MAX_IN_FLIGHT,
                    ConfigDef.Type.INT,
                    8,
                    Range.between(1, 64),
                    Importance.MEDIUM,
                    "Most requests of one task at a time. One device's are never in flight together.")
            .define(
                    REQUEST_TIMEOUT_MS,
                    ConfigDef.Type.INT,
                    10_000,
                    Range.between(100, 60_000),
                    Importance.MEDIUM,
                    "Longest time for one request, from connecting to the end of the answer, in milliseconds.")
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
                    Range.between(10, 240_000),
                    Importance.LOW,
                    "Longest pause before the next try, in milliseconds, whatever the target asks for.")
            .define(
                    GIVE_UP_AFTER_MS,
                    ConfigDef.Type.LONG,
                    0L,
                    Range.between(0L, 365L * 86_400_000),
                    Importance.MEDIUM,
                    "Age of a record, in milliseconds, beyond which a target that doesn't take it costs it a place among"
                            + " the dead letters; 0 tries for ever.")
            .build();

    private final URI url;
    private final Signature signature;
    private final Template template;
    private final Map<String, String> headers;

    WebhookConfig(Map<String, String> values) {
        super(DEFINITION, values, false);
        url = URI.create(getString(URL));
        template = new Template(getString(TEMPLATE));
        signature = new Signature(secrets());
        headers = new TreeMap<>();
        originalsWithPrefix(HEADER_PREFIX).forEach((name, value) -> headers.put(name, String.valueOf(value)));
        Complaints complaints = new Complaints().addLosses(originals());
        complain(complaints);
        complaints.raise();
    }

    private List<String> secrets() {
        List<String> secrets = new ArrayList<>();
        for (String key : List.of(SECRET, PREVIOUS_SECRET)) {
            Password secret = getPassword(key);
            if (secret != null) {
                secrets.add(secret.value());
            }
        }
        return secrets;
    }

    private void complain(Complaints complaints) {
        if (isPlain(url) && !getBoolean(ALLOW_PLAIN_HTTP)) {
            complaints.add(URL, url, "must begin with https:// (" + ALLOW_PLAIN_HTTP + " is false)");
        }
        if (getPassword(PREVIOUS_SECRET) != null && getPassword(SECRET) == null) {
            complaints.add(SECRET, null, "must be there where " + PREVIOUS_SECRET + " is");
        }
        backoff().check(complaints);
        headers.forEach((name, value) -> {
            if (!HEADER_NAME.matcher(name).matches() || OURS.contains(name.toLowerCase(Locale.ROOT))) {
                complaints.add(HEADER_PREFIX + name, Password.HIDDEN, "must be a header's name, and none of " + OURS);
            } else if (!HEADER_VALUE.matcher(value).matches()) {
                complaints.add(HEADER_PREFIX + name, Password.HIDDEN, "must be printable ASCII");
            }
        });
    }

    private static boolean isPlain(URI url) {
        return "http".equalsIgnoreCase(url.getScheme());
    }

    private static void requireUrl(String key, Object value) {
        URI read;
        try {
            read = new URI(String.valueOf(value));
        } catch (URISyntaxException e) {
            throw new ConfigException(key, value, "must be a URL: " + e.getReason());
        }
        if (!isPlain(read) && !"https".equalsIgnoreCase(read.getScheme())) {
            throw new ConfigException(key, value, "must begin with https://");
        }
        if (read.getHost() == null || read.getRawUserInfo() != null || read.getRawFragment() != null) {
            throw new ConfigException(key, value, "must have a host, no user and no fragment");
        }
    }

    private static void requireSecret(String key, @Nullable Object value) {
        if (value instanceof Password secret) {
            try {
                new Signature(List.of(secret.value()));
            } catch (IllegalArgumentException e) {
                throw new ConfigException(key, Password.HIDDEN, e.getMessage());
            }
        }
    }

    private static void requireTemplate(String key, @Nullable Object value) {
        try {
            new Template((String) value);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key, value, e.getMessage());
        }
    }

    URI url() {
        return url;
    }

    /** Headers of every request, by name; their values may be secret. */
    Map<String, String> headers() {
        return headers;
    }

    Signature signature() {
        return signature;
    }

    Template template() {
        return template;
    }

    boolean allowsPrivateAddresses() {
        return getBoolean(ALLOW_PRIVATE_ADDRESSES);
    }

    int maxInFlight() {
        return getInt(MAX_IN_FLIGHT);
    }

    Duration requestTimeout() {
        return Duration.ofMillis(getInt(REQUEST_TIMEOUT_MS));
    }

    Backoff backoff() {
        return Backoff.of(this);
    }

    /** Zero for never. */
    Duration giveUpAfter() {
        return Duration.ofMillis(getLong(GIVE_UP_AFTER_MS));
    }

    /** Whose certificates the target may show. */
    SSLContext trusted() {
        return Authorities.of(CA_FILE, getString(CA_FILE));
    }
}
