package io.headrace.gateway.events;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.admission.Pace;
import io.headrace.gateway.admission.Source;
import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.Identities;
import io.headrace.gateway.identity.Remote;
import io.headrace.gateway.identity.Verdict;
import io.headrace.record.DeviceEventType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Tells of refused credentials and of certificates that are about to expire, for all protocols. What strangers cause is
 * bounded in rate and in memory: of one device from one source once a minute, so many from one source, so many in all.
 * A certificate is told of once each when 30, 7 and 1 days are left of it, when it is next used.
 */
public final class ReportingIdentities implements Identities {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final int MAX_PER_SECOND = 50;
    private static final int MAX_REMEMBERED = 10_000;
    private static final List<Integer> DAYS_LEFT = List.of(1, 7, 30);

    private final Identities identities;
    private final Consumer<Event> events;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Counter suppressed;
    private final long perSource;
    private final Pace all;
    private final Recent<Source, Pace> sources = new Recent<>(MAX_REMEMBERED);
    private final Recent<Claim, Pace> claims = new Recent<>(MAX_REMEMBERED);
    private final Recent<Expiry, AtomicBoolean> expiries = new Recent<>(MAX_REMEMBERED);

    private record Claim(String device, Source source) {}

    private record Expiry(String proof, int daysLeft) {}

    /** Tells {@code events} what {@code identities} answers. */
    public ReportingIdentities(
            Identities identities, KafkaDeviceEvents events, EventsConfig config, MeterRegistry meters) {
        this(identities, events::tell, config, meters, InstantSource.system(), System::nanoTime);
    }

    ReportingIdentities(
            Identities identities,
            Consumer<Event> events,
            EventsConfig config,
            MeterRegistry meters,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.identities = identities;
        this.events = events;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.perSource = MINUTE / config.refusalsPerMinute();
        this.all = new Pace(nanoTime.getAsLong());
        this.suppressed = Counter.builder("headrace.events.suppressed")
                .description("refused credentials that no event tells of, since too many do")
                .register(meters);
    }

    @Override
    public Verdict authenticate(Credentials credentials, Remote remote) {
        Verdict verdict = identities.authenticate(credentials, remote);
        switch (verdict) {
            case Verdict.Accepted accepted -> {
                if (credentials instanceof Credentials.Certificate certificate) {
                    expires(accepted, certificate.chain().getFirst(), remote);
                }
            }
            case Verdict.Rejected rejected -> refused(credentials, remote, rejected.why());
        }
        return verdict;
    }

    /** A claimed id that can't be a device's is nobody's event. */
    private void refused(Credentials credentials, Remote remote, Verdict.Refusal why) {
        if (!DeviceId.isValid(credentials.claimedId())) {
            return;
        }
        if (!mayTell(credentials.claimedId(), remote.address().getAddress())) {
            suppressed.increment();
            return;
        }
        String reason = why.name().toLowerCase(Locale.ROOT).replace('_', '-') + " by "
                + credentials.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        events.accept(new Event(new DeviceId(credentials.claimedId()), DeviceEventType.AUTH_FAILED, remote, reason));
    }

    private boolean mayTell(String device, InetAddress address) {
        long now = nanoTime.getAsLong();
        Source source = Source.of(address);
        return claims.of(new Claim(device, source), _ -> new Pace(now)).take(MINUTE, now, MINUTE) == 0
                && sources.of(source, _ -> new Pace(now)).take(perSource, now, MINUTE) == 0
                && all.take(1_000_000_000L / MAX_PER_SECOND, now, 1_000_000_000L) == 0;
    }

    private void expires(Verdict.Accepted accepted, X509Certificate leaf, Remote remote) {
        Instant end = leaf.getNotAfter().toInstant();
        Duration left = Duration.between(clock.instant(), end);
        for (int days : DAYS_LEFT) {
            if (left.compareTo(Duration.ofDays(days)) <= 0) {
                Expiry expiry = new Expiry(accepted.proof(), days);
                if (expiries.of(expiry, _ -> new AtomicBoolean()).compareAndSet(false, true)) {
                    String reason = "expires " + end + ", within " + days + (days == 1 ? " day" : " days");
                    events.accept(new Event(accepted.device(), DeviceEventType.CERTIFICATE_EXPIRING, remote, reason));
                }
                return;
            }
        }
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
