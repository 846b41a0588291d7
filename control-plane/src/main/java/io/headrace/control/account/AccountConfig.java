package io.headrace.control.account;

import io.headrace.config.Settings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * How the running account is kept. What windows and pending messages go by is configured with reconciliation.
 *
 * @param sinks names of the connectors whose commits are followed; each takes what has the header {@code hr-tier-<name>}
 * @param alertAfter for how long the account may not add up before that is an alert; also how long a sink may take
 * @param snapshotEvery how much has to be read again after a restart
 */
public record AccountConfig(List<String> sinks, Duration alertAfter, Duration snapshotEvery) {
    private static final String KEY = "control-plane.account.";

    public AccountConfig {
        sinks = List.copyOf(sinks);
    }

    /** Reads {@code control-plane.account.sinks} (comma-separated), {@code .alert-after} and {@code .snapshot-every}. */
    public static AccountConfig from(Settings settings) {
        String names = settings.text(KEY + "sinks", "warm,cold");
        List<String> sinks = Arrays.stream(names.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        if (Set.copyOf(sinks).size() != sinks.size() || !sinks.stream().allMatch(name -> name.matches("[a-z0-9-]+"))) {
            throw Settings.invalid(KEY + "sinks", names, "names of a-z 0-9 -, each once, with a comma between two");
        }
        return new AccountConfig(
                sinks,
                settings.duration(
                        KEY + "alert-after", Duration.ofMinutes(5), Duration.ofSeconds(1), Duration.ofDays(1)),
                settings.duration(
                        KEY + "snapshot-every", Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofDays(1)));
    }
}
