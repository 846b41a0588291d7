package io.headrace.standalone;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.config.Secret;
import io.headrace.config.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One target, which a webhook connector of its own serves.
 *
 * @param name 1 to 64 of {@code A–Z a–z 0–9 _ -}; its dead letters are in {@code sink.webhook-<name>.dlq}
 * @param url where to POST to
 * @param takes which of the hub's topics goes there
 * @param secret of the signature, {@code whsec_…}; without one nothing is signed
 * @param settings more of the connector's, as it spells them
 */
record Webhook(String name, String url, Takes takes, Optional<Secret> secret, Map<String, String> settings) {
    private static final String NAMES = "connect.webhooks";

    /** What a target is told. */
    enum Takes {
        /** Every change of every alert. */
        ALERTS,
        /** What rules send there: their actions name it. */
        NOTIFICATIONS;

        Topic<?> topic(Catalogue catalogue) {
            return this == ALERTS ? catalogue.alerts() : catalogue.notifications();
        }

        private static Takes of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    Webhook {
        settings = Map.copyOf(settings);
    }

    /** Reads {@code connect.webhooks}, names joined by commas, and {@code connect.webhook.<name>.*}. */
    static List<Webhook> from(Settings settings) {
        List<Webhook> all = new ArrayList<>();
        String names = settings.text(NAMES, "");
        if (names.isBlank()) {
            return all;
        }
        for (String each : names.split(",", -1)) {
            String name = each.strip();
            if (!Catalogue.isRouteName(name)) {
                throw Settings.invalid(NAMES, names, "names of 1 to 64 of A-Z a-z 0-9 _ -, joined by commas");
            }
            String key = "connect.webhook." + name;
            all.add(new Webhook(
                    name,
                    settings.text(key + ".url"),
                    Takes.of(settings.oneOf(key + ".takes", "alerts", Set.of("alerts", "notifications"))),
                    settings.findSecret(key + ".secret"),
                    settings.passThrough(key + ".settings.")));
        }
        return all;
    }

    /** As the connector, its dead letters and the marks of its notifications are named. */
    String sink() {
        return "webhook-" + name;
    }

    /** Places of the connector's template. */
    Map<String, String> places(Catalogue catalogue) {
        return Map.of(
                "webhook.name",
                name,
                "webhook.url",
                url,
                "webhook.topic",
                takes.topic(catalogue).name());
    }

    /** What the connector is told beside its template. */
    Map<String, String> told() {
        Map<String, String> all = new HashMap<>(settings);
        secret.ifPresent(known -> all.put("signing.secret", known.reveal().get()));
        return all;
    }
}
