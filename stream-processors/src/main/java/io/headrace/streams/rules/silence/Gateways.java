package io.headrace.streams.rules.silence;

import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When gateways were heard of, by the clock of who hears: no two clocks are compared. One that has stopped, hangs or doesn't
 * reach Kafka isn't heard, and then nobody can say of a device behind it that the device is silent. Safe for use by several
 * threads.
 */
public final class Gateways {
    /** Five heartbeats. */
    private static final long AWAY_MS = 10_000;

    private final ConcurrentHashMap<String, Presence> all = new ConcurrentHashMap<>();

    /**
     * How a gateway was heard.
     *
     * @param startedAt of the run that was heard last, epoch microseconds by its own clock
     * @param heardAt last, epoch milliseconds
     * @param since when it has been there without being away or starting anew in between: before, devices had no way in
     */
    public record Presence(long startedAt, long heardAt, long since) {
        public boolean isAway(long now) {
            return now - heardAt > AWAY_MS;
        }
    }

    /** @param now epoch milliseconds */
    public void heard(String gateway, long startedAt, long now) {
        all.compute(gateway, (id, before) -> {
            boolean isBack = before == null || startedAt > before.startedAt() || before.isAway(now);
            return new Presence(
                    before == null ? startedAt : Math.max(startedAt, before.startedAt()),
                    now,
                    isBack ? now : before.since());
        });
    }

    /** Empty for one that was never heard: it says nothing of itself. */
    public Optional<Presence> find(String gateway) {
        return Optional.ofNullable(all.get(gateway));
    }

    /**
     * Of a device of which nobody knows by which gateway it would come: the one that has been there longest, so that it had
     * a way in, or where all are away the one that was last; empty where none was ever heard.
     */
    public Optional<Presence> any(long now) {
        return all.values().stream()
                .min(Comparator.comparing((Presence each) -> each.isAway(now))
                        .thenComparingLong(each -> each.isAway(now) ? -each.heardAt() : each.since()));
    }
}
