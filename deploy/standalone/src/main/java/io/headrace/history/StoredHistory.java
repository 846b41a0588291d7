package io.headrace.history;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.client.ApiClient;
import io.headrace.client.ApiException;
import io.headrace.record.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a tier has, a slice of time after the other, each asked by one query. One that would cost more than a query may is
 * asked in smaller slices; where an answer breaks off for that, the next begins where it ended.
 */
public final class StoredHistory implements History {
    private static final int TOO_MUCH = 422;
    private static final Duration FIRST = Duration.ofDays(2);
    private static final Duration SMALLEST = Duration.ofMinutes(1);

    private final ApiClient api;
    private final Tier tier;
    private final Function<String, Map<String, String>> tagsNow;

    /** Which tier. */
    public enum Tier {
        /** Knows nothing of tags, channels and message ids. */
        WARM,
        /** Has all that a reading has. */
        COLD
    }

    /** @param tagsNow of a device, in place of those that it had, where the tier doesn't know them */
    public StoredHistory(ApiClient api, Tier tier, Function<String, Map<String, String>> tagsNow) {
        this.api = api;
        this.tier = tier;
        this.tagsNow = tagsNow;
    }

    @Override
    public String source() {
        return "the " + tier.name().toLowerCase(Locale.ROOT) + " tier";
    }

    @Override
    public void read(Asked asked, Consumer<Reading> taker) {
        Rows rows = new Rows(tier, tagsNow, taker);
        Instant at = asked.from();
        Duration step = FIRST;
        while (at.isBefore(asked.to())) {
            Instant end = at.plus(step).isBefore(asked.to()) ? at.plus(step) : asked.to();
            try {
                slice(asked, at, end, rows);
                at = end;
                step = step.multipliedBy(2);
            } catch (ApiException refused) {
                if (refused.status() != TOO_MUCH || step.compareTo(SMALLEST) <= 0) {
                    throw refused;
                }
                step = step.dividedBy(4);
                at = rows.last().filter(at::isBefore).orElse(at);
            }
        }
    }

    /** Whether there is such a tier. */
    public boolean isThere() {
        try {
            Instant any = Instant.EPOCH;
            slice(new Asked(any, any, Set.of(), Set.of()), any, any, new Rows(tier, tagsNow, reading -> {}));
            return true;
        } catch (ApiException refused) {
            if (!refused.isRefusal()) {
                throw refused;
            }
            return false;
        }
    }

    private void slice(Asked asked, Instant from, Instant to, Rows rows) {
        rows.begin();
        ObjectNode query = JsonNodeFactory.instance.objectNode().put("sql", sql(asked, from, to));
        AnswerLines lines = new AnswerLines(node -> {
            if (node.isArray()) {
                rows.take(node);
            }
        });
        api.lines("/api/v1/query", query, lines::line);
        lines.requireWhole();
        rows.end();
    }

    private String sql(Asked asked, Instant from, Instant to) {
        StringBuilder sql = new StringBuilder("SELECT ")
                .append(Rows.columns(tier))
                .append(" FROM ")
                .append(tier.name().toLowerCase(Locale.ROOT))
                .append(".readings WHERE received_at >= '")
                .append(from)
                .append("' AND received_at < '")
                .append(to)
                .append('\'');
        if (!asked.devices().isEmpty()) {
            sql.append(" AND device_id IN ").append(list(asked.devices()));
        }
        if (!asked.metrics().isEmpty()) {
            sql.append(" AND metric IN ").append(list(asked.metrics()));
        }
        return sql.append(" ORDER BY ").append(Rows.ORDER).toString();
    }

    private static String list(Collection<String> texts) {
        return new TreeSet<>(texts)
                .stream().map(text -> "'" + text.replace("'", "''") + "'").collect(Collectors.joining(", ", "(", ")"));
    }
}
