package io.headrace.standalone;

import io.headrace.config.ConfigException;
import io.headrace.config.Secret;
import io.headrace.config.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The mail server by which rules reach people, which a connector of its own serves.
 *
 * @param host of the SMTP server
 * @param sender from whom the mails are
 * @param user whom to sign in as; empty for a server that asks nobody
 * @param settings more of the connector's, as it spells them
 */
record Email(String host, String sender, Optional<User> user, Map<String, String> settings) {
    /** As the connector, its dead letters and the marks of its notifications are named. */
    static final String SINK = "email";

    private static final String KEY = "connect.email";

    /** Who signs in. */
    record User(String name, Secret password) {}

    Email {
        settings = Map.copyOf(settings);
    }

    /**
     * Reads {@code connect.email.host}, without which there is none, and with it {@code .sender}, {@code .user}, {@code
     * .password-file} or {@code -env}, and everything under {@code .settings.}.
     */
    static Optional<Email> from(Settings settings) {
        return settings.findText(KEY + ".host")
                .map(host -> new Email(
                        host,
                        settings.text(KEY + ".sender"),
                        user(settings),
                        settings.passThrough(KEY + ".settings.")));
    }

    private static Optional<User> user(Settings settings) {
        Optional<String> name = settings.findText(KEY + ".user");
        Optional<Secret> password = settings.findSecret(KEY + ".password");
        if (name.isPresent() != password.isPresent()) {
            throw new ConfigException(KEY + ".user and " + KEY + ".password-file must be there both, or neither");
        }
        return name.map(each -> new User(each, password.orElseThrow()));
    }

    /** Places of the connector's template. */
    Map<String, String> places() {
        return Map.of("email.host", host, "email.sender", sender);
    }

    /** What the connector is told beside its template. */
    Map<String, String> told() {
        Map<String, String> all = new HashMap<>(settings);
        user.ifPresent(each -> {
            all.put("smtp.user", each.name());
            all.put("smtp.password", each.password().reveal().get());
        });
        return all;
    }
}
