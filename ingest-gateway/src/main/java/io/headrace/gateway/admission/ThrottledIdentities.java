package io.headrace.gateway.admission;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.admission.Failures.Standing;
import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.Identities;
import io.headrace.gateway.identity.Remote;
import io.headrace.gateway.identity.Verdict;
import io.headrace.gateway.identity.Verdict.Refusal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.LongSupplier;

/**
 * Looks at no more wrong credentials than so many a minute, by source and by device and source. Nothing is held against a
 * device elsewhere, so nobody can lock it out by failing in its name. Nor can who shares its address: credentials that
 * were right from there lately are always looked at, and so are new ones of a device that was there, unless too many
 * failed in its name; then the answer to wrong ones is the throttled one, which tells nobody who was there.
 */
public final class ThrottledIdentities implements Identities {
    private static final Verdict THROTTLED = new Verdict.Rejected(Refusal.THROTTLED);
    private static final int MAX_SOURCES = 20_000;
    private static final int MAX_CLAIMS = 50_000;
    private static final int MAX_SUCCESSES = 1 << 17;

    private final Identities identities;
    private final LongSupplier nanoTime;
    private final Failures failures;
    private final Successes successes;
    private final Counter bySource;
    private final Counter byDevice;

    public ThrottledIdentities(Identities identities, ThrottleConfig config, MeterRegistry meters) {
        this(identities, new Failures(config, MAX_SOURCES, MAX_CLAIMS, meters), meters, System::nanoTime);
    }

    ThrottledIdentities(Identities identities, Failures failures, MeterRegistry meters, LongSupplier nanoTime) {
        this.identities = identities;
        this.nanoTime = nanoTime;
        this.failures = failures;
        this.successes = new Successes(MAX_SUCCESSES);
        this.bySource = counter("source", meters);
        this.byDevice = counter("device", meters);
    }

    private static Counter counter(String by, MeterRegistry meters) {
        return Counter.builder("headrace.throttle.refused")
                .description("credentials refused since too many from there were wrong")
                .tag("by", by)
                .register(meters);
    }

    @Override
    public Verdict authenticate(Credentials credentials, Remote remote) {
        Source source = Source.of(remote.address().getAddress());
        long now = nanoTime.getAsLong();
        Standing standing = failures.standing(source, credentials.claimedId(), now);
        if (!isLookedAt(standing, source, credentials, now)) {
            return throttled(standing);
        }
        Verdict verdict = identities.authenticate(credentials, remote);
        if (verdict instanceof Verdict.Accepted) {
            successes.add(source, credentials, now);
        } else if (verdict instanceof Verdict.Rejected rejected && rejected.why() == Refusal.BAD_CREDENTIALS) {
            failures.add(source, credentials.claimedId(), now);
            return standing == Standing.GOOD ? verdict : throttled(standing);
        }
        return verdict;
    }

    private boolean isLookedAt(Standing standing, Source source, Credentials credentials, long now) {
        return switch (standing) {
            case GOOD -> true;
            case SOURCE_EXHAUSTED -> successes.hasDevice(source, credentials, now);
            case DEVICE_EXHAUSTED -> successes.hasCredentials(source, credentials, now);
        };
    }

    private Verdict throttled(Standing standing) {
        (standing == Standing.DEVICE_EXHAUSTED ? byDevice : bySource).increment();
        return THROTTLED;
    }

    /** Forgets what is forgiven. Now and then, on one thread. */
    public void tidy() {
        failures.tidy(nanoTime.getAsLong());
    }

    @Override
    public Watch watch(Verdict.Accepted device, Runnable onRevoked) {
        return identities.watch(device, onRevoked);
    }

    @Override
    public boolean isReady() {
        return identities.isReady();
    }

    @Override
    public boolean isEnabled(DeviceId device) {
        return identities.isEnabled(device);
    }
}
