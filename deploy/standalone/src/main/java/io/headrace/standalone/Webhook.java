package io.headrace.standalone;

import io.headrace.catalogue.Catalogue;
import io.headrace.config.Secret;
import io.headrace.config.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One target of alerts, which a webhook connector of its own serves.
 *
 * @param name 1 to 64 of {@code A–Z a–z 0–9 _ -}; its dead letters are in {@code sink.webhook-<name>.dlq}
 * @param url where to POST to
 * @param secret of the signature, {@code whsec_…}; without one nothing is signed
 * @param settings more of the connector's, as it spells them
 */
record Webhook(String name, String url, Optional<Secret> secret, Map<String, String> settings) {
    private static final String NAMES = "connect.webhooks";

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
                    settings.findSecret(key + ".secret"),
                    settings.passThrough(key + ".settings.")));
        }
        return all;
    }

    /** Places of the connector's template. */
    Map<String, String> places() {
        return Map.of("webhook.name", name, "webhook.url", url);
    }

    /** What the connector is told beside its template. */
    Map<String, String> told() {
        Map<String, String> all = new HashMap<>(settings);
        secret.ifPresent(known -> all.put("signing.secret", known.reveal().get()));
        return all;
    }
}
