package io.headrace.gateway.identity;

import io.headrace.catalogue.DeviceId;
import io.headrace.config.KafkaConfig;
import io.headrace.gateway.follow.TopicFollower;
import io.headrace.gateway.reload.Reloaded;
import io.headrace.registry.SchemaRegistry;
import io.headrace.secret.SecretBox;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@link Identities} from a view of {@code device.registry} that this process keeps in memory: read from the beginning
 * when it opens, followed ever after. While Kafka is away the view stays as it was.
 */
public final class RegistryView implements Identities, RegisteredLimits, PreSharedKeys, AutoCloseable {
    private final DeviceDirectory directory = new DeviceDirectory();
    private final Optional<Reloaded<ClientAuthorities>> authorities;
    private final Authenticator authenticator;
    private final TopicFollower follower;
    private final AnonymousDevices anonymous;
    private final InstantSource clock;
    private final MeterRegistry meters;

    private RegistryView(
            KafkaConfig kafka,
            SchemaRegistry schemas,
            IdentityConfig config,
            InstantSource clock,
            MeterRegistry meters) {
        this.clock = clock;
        this.meters = meters;
        SecretBox box = new SecretBox(config.masterKey());
        this.authorities = config.clientAuthorities()
                .map(file -> new Reloaded<>(
                        "client-authorities", List.of(file), () -> ClientAuthorities.load(file, clock), meters));
        ClientAuthorities none = new ClientAuthorities(List.of(), clock);
        this.authenticator = new Authenticator(
                directory, box, config, () -> authorities.map(Reloaded::value).orElse(none), clock);
        this.anonymous = new AnonymousDevices(kafka, schemas, directory, box);
        RegistryReader reader =
                new RegistryReader(kafka.catalogue().registry(), schemas, directory, box, this::expire, meters);
        this.follower = new TopicFollower(
                kafka, "registry", List.of(kafka.catalogue().registry().name()), reader);
        Gauge.builder("headrace.identity.devices", directory, DeviceDirectory::size)
                .description("devices in the view of device.registry")
                .register(meters);
        Gauge.builder("headrace.identity.connections", directory, DeviceDirectory::watched)
                .description("live connections that the view can end")
                .register(meters);
    }

    /** Begins to read; {@link #isReady} tells when all is read. */
    public static RegistryView open(
            KafkaConfig kafka, SchemaRegistry schemas, IdentityConfig config, MeterRegistry meters) {
        RegistryView view = new RegistryView(kafka, schemas, config, InstantSource.system(), meters);
        view.follower.start();
        return view;
    }

    @Override
    public Verdict authenticate(Credentials credentials, Remote remote) {
        Verdict verdict =
                switch (credentials) {
                    case Credentials.Password password -> authenticator.byPassword(password);
                    case Credentials.Certificate certificate -> authenticator.byCertificate(certificate);
                    case Credentials.Anonymous claim -> withoutProof(claim.claimedId());
                };
        count(credentials, verdict);
        return verdict;
    }

    @Override
    public byte[] find(String claimedId, Slot slot) {
        return authenticator.key(claimedId, slot);
    }

    private Verdict withoutProof(String claimedId) {
        if (!DeviceId.isValid(claimedId)) {
            return new Verdict.Rejected(Verdict.Refusal.BAD_CREDENTIALS);
        }
        return directory
                .find(claimedId)
                .or(() -> anonymous.register(new DeviceId(claimedId)))
                .map(authenticator::withoutProof)
                .orElseGet(() -> new Verdict.Rejected(Verdict.Refusal.NOT_ENABLED));
    }

    private void count(Credentials credentials, Verdict verdict) {
        String result =
                switch (verdict) {
                    case Verdict.Accepted ignored -> "accepted";
                    case Verdict.Rejected rejected ->
                        rejected.why().name().toLowerCase(Locale.ROOT).replace('_', '-');
                };
        Counter.builder("headrace.identity.authentications")
                .description("answers to credentials")
                .tag("kind", credentials.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .tag("result", result)
                .register(meters)
                .increment();
    }

    @Override
    public Watch watch(Verdict.Accepted device, Runnable onRevoked) {
        return directory.watch(device.device(), Proof.decoded(device.proof()), onRevoked);
    }

    @Override
    public boolean isReady() {
        return follower.isCaughtUp();
    }

    @Override
    public boolean isEnabled(DeviceId device) {
        return directory.find(device.value()).filter(KnownDevice::isEnabled).isPresent();
    }

    /** Looks whether the authorities' file has changed; connections that are there go on as they are. */
    public void checkAuthorities() {
        authorities.ifPresent(Reloaded::check);
    }

    @Override
    public Limits limits(DeviceId device) {
        return directory.find(device.value()).map(KnownDevice::limits).orElse(Limits.DEFAULT);
    }

    @Override
    public void onChange(Consumer<DeviceId> listener) {
        directory.onChange(listener);
    }

    private void expire() {
        directory.expire(clock.instant().getEpochSecond());
    }

    @Override
    public void close() {
        follower.close();
        anonymous.close();
    }
}
