package io.headrace.gateway.admission;

import io.headrace.catalogue.DeviceId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Wrong credentials of the last minute, by source and by what was claimed there. Bounded: past so many sources, or
 * claims in all, a new one isn't remembered, and so isn't throttled; what was remembered stays.
 */
final class Failures {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final long costInDevice;
    private final long costInSource;
    private final int maxSources;
    private final int maxClaims;
    private final Map<Source, FromSource> sources = new ConcurrentHashMap<>();
    private final AtomicInteger claims = new AtomicInteger();

    /** What of one source is remembered. */
    private static final class FromSource {
        private final Pace all;
        private final Map<String, Pace> claims = new ConcurrentHashMap<>();

        private FromSource(long now) {
            all = new Pace(now);
        }
    }

    /** Whether credentials are to be looked at. */
    enum Standing {
        GOOD,
        /** The source has shown too many wrong ones. */
        SOURCE_EXHAUSTED,
        /** Too many of them were for this device. */
        DEVICE_EXHAUSTED
    }

    Failures(ThrottleConfig config, int maxSources, int maxClaims, MeterRegistry meters) {
        this.costInDevice = MINUTE / config.perDevice();
        this.costInSource = MINUTE / config.perSource();
        this.maxSources = maxSources;
        this.maxClaims = maxClaims;
        Gauge.builder("headrace.throttle.sources", sources, Map::size)
                .description("sources that have shown wrong credentials in the last minute")
                .register(meters);
    }

    Standing standing(Source source, String claimedId, long now) {
        FromSource known = sources.get(source);
        if (known == null) {
            return Standing.GOOD;
        }
        Pace claim = known.claims.get(claimedId);
        if (claim != null && claim.waitFor(costInDevice, now, MINUTE) > 0) {
            return Standing.DEVICE_EXHAUSTED;
        }
        return known.all.waitFor(costInSource, now, MINUTE) > 0 ? Standing.SOURCE_EXHAUSTED : Standing.GOOD;
    }

    void add(Source source, String claimedId, long now) {
        sources.compute(source, (_, before) -> {
            if (before == null && sources.size() >= maxSources) {
                return null;
            }
            FromSource known = before == null ? new FromSource(now) : before;
            known.all.take(costInSource, now, MINUTE);
            Pace claim = claim(known, claimedId, now);
            if (claim != null) {
                claim.take(costInDevice, now, MINUTE);
            }
            return known;
        });
    }

    /** Texts that can't be ids, and may be long, aren't remembered. */
    private @Nullable Pace claim(FromSource known, String claimedId, long now) {
        Pace claim = known.claims.get(claimedId);
        if (claim == null && DeviceId.isValid(claimedId) && claims.get() < maxClaims) {
            claim = new Pace(now);
            known.claims.put(claimedId, claim);
            claims.incrementAndGet();
        }
        return claim;
    }

    /** Forgets what is forgiven. Now and then, on one thread. */
    void tidy(long now) {
        for (Source source : sources.keySet()) {
            sources.computeIfPresent(source, (_, known) -> {
                for (Iterator<Pace> each = known.claims.values().iterator(); each.hasNext(); ) {
                    if (each.next().isFull(now)) {
                        each.remove();
                        claims.decrementAndGet();
                    }
                }
                return known.claims.isEmpty() && known.all.isFull(now) ? null : known;
            });
        }
    }
}
