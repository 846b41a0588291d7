package io.headrace.standalone;

import io.headrace.config.Settings;
import io.headrace.control.ControlPlane;
import io.headrace.control.ControlPlaneConfig;
import io.headrace.control.erase.ErasedStore;
import io.headrace.embedded.NotStartedException;
import io.headrace.gateway.Gateway;
import io.headrace.gateway.GatewayConfig;
import io.headrace.streams.Processors;
import io.headrace.streams.ProcessorsConfig;
import io.headrace.topics.ClusterTopics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All of Headrace in this process. Parts are started in the order in which they need each other, and stopped in the
 * opposite one: devices are sent away first, and what they sent is processed and stored as far as it has come; the rest
 * waits in Kafka for the next start.
 */
public final class Standalone implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Standalone.class);

    private static final Duration READY_WITHIN = Duration.ofSeconds(90);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    /** False until all parts have started. */
    private volatile List<BooleanSupplier> readiness = List.of(() -> false);

    private final List<String> endpoints = new ArrayList<>();
    private volatile Supplier<Optional<String>> failure = Optional::empty;
    private volatile BooleanSupplier live = () -> true;
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final DataFolder data;
    private final StandaloneConfig config;

    private Standalone(DataFolder data, StandaloneConfig config) {
        this.data = data;
        this.config = config;
    }

    /**
     * Starts everything and returns when all is ready.
     *
     * @param file configuration as the operator wrote it; none is needed
     * @param portOffset added to every port
     * @param data what is kept; from here on owned by what is started
     * @throws InUseException where a port belongs to another process; nothing is changed then
     * @throws io.headrace.config.ConfigException where the configuration is wrong
     * @throws io.headrace.embedded.NotStartedException where a part doesn't come up; the others are stopped again
     */
    public static Standalone start(Settings file, int portOffset, DataFolder data) {
        try {
            Listener.requireFree(Listener.shifted(file, portOffset));
            Standalone standalone = new Standalone(data, StandaloneConfig.from(file, portOffset, data));
            standalone.startAll();
            return standalone;
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
    }

    private void startAll() {
        try {
            startParts();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void startParts() {
        parts.push(data);
        data.certificates().prepare(config.certificateNames());
        new JvmMemoryMetrics().bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        add(gcMetrics());
        GatewayConfig gatewayConfig = GatewayConfig.from(config.roles());
        ProcessorsConfig processorsConfig = ProcessorsConfig.from(config.roles());
        ControlPlaneConfig controlPlaneConfig = ControlPlaneConfig.from(config.roles());
        ConnectConfig connectConfig = ConnectConfig.from(config.roles());
        List<ErasedStore> stores = Stores.from(config.roles());
        config.roles().requireAllRead();

        Backbone backbone = add(Backbone.start(config, data));
        applyTopics(processorsConfig);
        HealthServer health =
                add(HealthServer.start(config.metrics(), meters, this::isReady, () -> live.getAsBoolean()));
        ControlPlane controlPlane = add(ControlPlane.start(controlPlaneConfig, meters, stores));
        ConnectRole connect = add(ConnectRole.start(connectConfig, meters));
        Processors processors = add(Processors.start(processorsConfig, meters));
        Gateway gateway = add(Gateway.start(gatewayConfig, meters));
        failure = processors::failure;
        live = gateway::isLive;
        readiness = List.of(controlPlane::isReady, connect::isReady, processors::isReady, gateway::isReady);
        endpoints.addAll(gateway.endpoints());
        endpoints.addAll(controlPlane.endpoints());
        endpoints.addAll(processors.endpoints());
        endpoints.addAll(connect.endpoints());
        endpoints.add("metrics http://" + config.metrics().getHostString() + ":" + health.port() + "/metrics");
        endpoints.add("kafka " + backbone.kafka().bootstrapServers());
        endpoints.add("registry " + backbone.registry().url());
        endpoints.add("postgres " + backbone.postgres().jdbcUrl());
        awaitReady(connect);
    }

    private void awaitReady(ConnectRole connect) {
        long end = System.nanoTime() + READY_WITHIN.toNanos();
        while (!isReady()) {
            if (System.nanoTime() - end > 0) {
                String why = connect.troubles().isEmpty()
                        ? "a role isn't ready"
                        : connect.troubles().toString();
                throw new NotStartedException("not ready within " + READY_WITHIN.toSeconds() + " s: " + why);
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NotStartedException("interrupted while starting", e);
            }
        }
    }

    private JvmGcMetrics gcMetrics() {
        JvmGcMetrics metrics = new JvmGcMetrics();
        metrics.bindTo(meters);
        return metrics;
    }

    private static void applyTopics(ProcessorsConfig processors) {
        try (Admin admin = Admin.create(processors.kafka().clientSettings())) {
            ClusterTopics topics = new ClusterTopics(admin);
            topics.apply(topics.plan(processors.catalogue()));
        }
    }

    private <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    /** A line for each address that it serves: what, and where. */
    public List<String> endpoints() {
        return List.copyOf(endpoints);
    }

    /** Where it is reached. */
    public Whereabouts where() {
        return config.where(data);
    }

    /** Whether every role can do its work now. */
    public boolean isReady() {
        return readiness.stream().allMatch(BooleanSupplier::getAsBoolean);
    }

    /** Why a part stopped for good, in one line; empty while all run or wait for what time heals. */
    public Optional<String> failure() {
        return failure.get();
    }

    /** Stops everything; a part that fails to stop doesn't keep the others from it. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} didn't stop in order", part.getClass().getSimpleName(), e);
            }
        }
    }
}
