package io.headrace.control;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Erased;
import io.headrace.control.access.AccessTokens;
import io.headrace.control.account.Accountant;
import io.headrace.control.account.ReconcileApi;
import io.headrace.control.alerts.AlertsApi;
import io.headrace.control.anomalies.AnomaliesApi;
import io.headrace.control.audit.AuditTopic;
import io.headrace.control.commands.CommandsApi;
import io.headrace.control.compacted.CompactedTopic;
import io.headrace.control.console.ConsoleApi;
import io.headrace.control.deadletters.DeadLettersApi;
import io.headrace.control.definitions.DefinitionsApi;
import io.headrace.control.devices.DeviceRegistry;
import io.headrace.control.devices.DevicesApi;
import io.headrace.control.erase.ErasedStore;
import io.headrace.control.erase.ErasuresApi;
import io.headrace.control.history.ReadingsApi;
import io.headrace.control.history.ReceivedReadings;
import io.headrace.control.hot.HotApi;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.HttpEdge;
import io.headrace.control.http.Router;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.live.LiveApi;
import io.headrace.control.live.LiveView;
import io.headrace.control.maintenance.MaintenanceKind;
import io.headrace.control.mappings.MappingKind;
import io.headrace.control.mappings.MappingTrial;
import io.headrace.control.models.ModelsApi;
import io.headrace.control.models.PredictionsApi;
import io.headrace.control.query.QueryApi;
import io.headrace.control.reconcile.Reconciler;
import io.headrace.control.replay.ReplaysApi;
import io.headrace.control.routes.RouteKind;
import io.headrace.control.routes.RouteTrial;
import io.headrace.control.rules.RuleKind;
import io.headrace.control.rules.RulesApi;
import io.headrace.record.Device;
import io.headrace.record.Erasure;
import io.headrace.record.Maintenance;
import io.headrace.record.Mapping;
import io.headrace.record.Model;
import io.headrace.record.Replay;
import io.headrace.record.Route;
import io.headrace.record.Rule;
import io.headrace.registry.RegistryClient;
import io.headrace.registry.SchemaRegistry;
import io.headrace.secret.SecretBox;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One control plane: REST under {@code /api/v1}, and the console. */
public final class ControlPlane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final CompactedTopic<Device> devices;
    private final CompactedTopic<Route> routes;
    private final CompactedTopic<Rule> rules;
    private final CompactedTopic<Mapping> mappings;
    private final CompactedTopic<Model> models;
    private final CompactedTopic<Maintenance> maintenance;
    private final CompactedTopic<Erasure> erasures;
    private final LiveView live;
    private final List<Endpoint> api;
    private final HttpEdge http;
    private final String host;

    /**
     * Starts listening; what it shows fills up from Kafka after that, see {@link #isReady}.
     *
     * @param stores where devices are erased, beside Kafka and the processors
     * @throws io.headrace.config.ConfigException where a token or the master key can't be used
     * @throws io.headrace.control.http.PortTakenException where the address can't be listened on
     */
    public static ControlPlane start(ControlPlaneConfig config, MeterRegistry metrics, List<ErasedStore> stores) {
        return start(config, new RegistryClient(config.registry()), metrics, stores);
    }

    /** As {@link #start(ControlPlaneConfig, MeterRegistry, List)}, with another registry than the configured one. */
    static ControlPlane start(
            ControlPlaneConfig config, SchemaRegistry registry, MeterRegistry metrics, List<ErasedStore> stores) {
        return new ControlPlane(config, registry, metrics, stores);
    }

    private ControlPlane(
            ControlPlaneConfig config, SchemaRegistry registry, MeterRegistry metrics, List<ErasedStore> stores) {
        Clock clock = Clock.systemUTC();
        AccessTokens tokens = new AccessTokens(config.access());
        SecretBox box = new SecretBox(config.masterKey());
        KafkaClients clients = new KafkaClients(config.kafka(), registry);
        Catalogue catalogue = config.kafka().catalogue();
        this.host = config.http().listen().getHostString();
        try {
            AuditTopic audit = owned(new AuditTopic(catalogue.audit(), clients, clock));
            this.devices = owned(new CompactedTopic<>(catalogue.registry(), clients));
            this.routes = owned(new CompactedTopic<>(catalogue.routes(), clients));
            this.rules = owned(new CompactedTopic<>(catalogue.rules(), clients));
            this.mappings = owned(new CompactedTopic<>(catalogue.mappings(), clients));
            this.models = owned(new CompactedTopic<>(catalogue.models(), clients));
            this.maintenance = owned(new CompactedTopic<>(catalogue.maintenance(), clients));
            this.erasures = owned(new CompactedTopic<>(catalogue.erasures(), clients));
            CompactedTopic<Replay> replays = owned(new CompactedTopic<>(catalogue.replays(), clients));
            Accountant accountant =
                    owned(new Accountant(clients, config.reconcile(), config.account(), erasures, metrics, clock));
            this.live = owned(new LiveView(clients, config.live(), devices, accountant::status, clock));
            HotApi hot = owned(new HotApi(config.hot()));
            MappingTrial trial = owned(new MappingTrial(config.hot()));
            Reconciler reconciler = new Reconciler(clients, config.reconcile(), clock, this::erased);
            ReplaysApi replay =
                    owned(new ReplaysApi(clients, config.replay(), config.hot(), replays, this::erased, audit, clock));
            DeviceRegistry registered =
                    new DeviceRegistry(devices, box, audit, clock, id -> ErasuresApi.isRunning(erasures, id));
            ErasuresApi erase =
                    owned(new ErasuresApi(clients, config.erase(), stores, erasures, registered, audit, clock));
            CommandsApi commands = owned(new CommandsApi(clients, devices, audit, clock));
            AlertsApi alerts = owned(new AlertsApi(clients, audit, clock));
            ReceivedReadings received = new ReceivedReadings(clients, clock);
            PredictionsApi predictions = owned(new PredictionsApi(clients));
            AnomaliesApi anomalies = owned(new AnomaliesApi(clients, live.anomalies(), audit, clock));
            QueryApi query = owned(new QueryApi(config.query(), metrics));
            this.api = Stream.of(
                            new DevicesApi(registered).endpoints(),
                            commands.endpoints(),
                            erase.endpoints(),
                            hot.endpoints(),
                            new LiveApi(live).endpoints(),
                            new DefinitionsApi<>(new RouteKind(), routes, audit, clock).endpoints(),
                            new RouteTrial(routes, received, catalogue, clock).endpoints(),
                            new DefinitionsApi<>(new RuleKind(), rules, audit, clock).endpoints(),
                            new RulesApi(clock).endpoints(),
                            alerts.endpoints(),
                            anomalies.endpoints(),
                            new DefinitionsApi<>(new MaintenanceKind(), maintenance, audit, clock).endpoints(),
                            new DefinitionsApi<>(new MappingKind(), mappings, audit, clock).endpoints(),
                            trial.endpoints(),
                            new ModelsApi(models, audit, clock).endpoints(),
                            predictions.endpoints(),
                            new DeadLettersApi(clients).endpoints(),
                            replay.endpoints(),
                            query.endpoints(),
                            new ReadingsApi(received, clock).endpoints(),
                            new ReconcileApi(accountant, reconciler, clock).endpoints(),
                            new ConsoleApi().endpoints())
                    .flatMap(List::stream)
                    .toList();
            this.http = owned(HttpEdge.start(config.http(), new Router(api, tokens), metrics));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private Erased erased() {
        Erased erased = new Erased();
        erasures.values().forEach(erasure -> erased.change(erasure.getDeviceId(), erasure));
        return erased;
    }

    private <T extends AutoCloseable> T owned(T part) {
        parts.push(part);
        return part;
    }

    /** One line: what, and where. */
    public List<String> endpoints() {
        return List.of("control-plane http://" + host + ":" + http.port());
    }

    /** Everything that is served. */
    List<Endpoint> api() {
        return api;
    }

    /** Port that is listened on. */
    public int port() {
        return http.port();
    }

    /** Whether it listens, Kafka answers, and its views of the registry and of all definitions are complete. */
    public boolean isReady() {
        return http.isListening()
                && live.isConnected()
                && devices.isCurrent()
                && routes.isCurrent()
                && rules.isCurrent()
                && mappings.isCurrent()
                && models.isCurrent()
                && maintenance.isCurrent()
                && erasures.isCurrent();
    }

    /** Stops in the reverse order of the start. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} didn't close", part.getClass().getSimpleName(), e);
            }
        }
    }
}
