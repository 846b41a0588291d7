package io.headrace.history;

import io.headrace.client.ApiClient;
import io.headrace.history.StoredHistory.Tier;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Finds out where readings of the past are to be had.
 *
 * @param warn is told, in a line for people, where something will be missing
 */
public record Sources(ApiClient api, Instant now, Consumer<String> warn) {
    /** Where to look. */
    public enum Source {
        /** Kafka where it reaches back so far, else the cold tier, else the warm one. */
        AUTO,
        KAFKA,
        WARM,
        COLD
    }

    /** @param begin time of receipt from which on readings are wanted */
    public History history(Source source, Instant begin) {
        return switch (source) {
            case AUTO -> reachingFurthest(begin);
            case KAFKA -> kafka(begin);
            case WARM -> stored(Tier.WARM);
            case COLD -> stored(Tier.COLD);
        };
    }

    private History reachingFurthest(Instant begin) {
        LogHistory log = new LogHistory(api);
        if (missing(log, begin).isEmpty()) {
            return log;
        }
        for (Tier tier : List.of(Tier.COLD, Tier.WARM)) {
            StoredHistory stored = stored(tier);
            if (stored.isThere()) {
                return stored;
            }
        }
        return kafka(begin);
    }

    private StoredHistory stored(Tier tier) {
        return new StoredHistory(api, tier, new RegisteredTags(api));
    }

    private History kafka(Instant begin) {
        LogHistory log = new LogHistory(api);
        missing(log, begin)
                .ifPresent(since ->
                        warn.accept("Kafka has all readings since " + since + "; of those before some are missing"));
        return log;
    }

    /** Since when everything is there, where that is later than wanted. */
    private Optional<Instant> missing(LogHistory log, Instant begin) {
        return log.since(now).filter(begin::isBefore);
    }
}
