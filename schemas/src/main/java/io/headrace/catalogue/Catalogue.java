package io.headrace.catalogue;

import io.headrace.catalogue.Topic.Cleanup;
import io.headrace.record.Alert;
import io.headrace.record.AlertCommand;
import io.headrace.record.Anomaly;
import io.headrace.record.AnomalyFeedback;
import io.headrace.record.AuditEntry;
import io.headrace.record.CommandResult;
import io.headrace.record.Device;
import io.headrace.record.DeviceCommand;
import io.headrace.record.DeviceEvent;
import io.headrace.record.Erasure;
import io.headrace.record.GatewayHeartbeat;
import io.headrace.record.LedgerEntry;
import io.headrace.record.Maintenance;
import io.headrace.record.Mapping;
import io.headrace.record.Model;
import io.headrace.record.Notification;
import io.headrace.record.Prediction;
import io.headrace.record.Reading;
import io.headrace.record.Replay;
import io.headrace.record.Route;
import io.headrace.record.Rule;
import io.headrace.record.WindowAggregate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;

/**
 * Every topic of one hub: the only place where a topic's name, key, value and retention are written down. Hubs share a
 * cluster by prefix.
 *
 * <p>Keys: device id, but for {@code config.routes} (route id), {@code config.rules} (rule id), {@code config.mappings}
 * (mapping id), {@code config.maintenance} (maintenance id), {@code config.models} (model name), {@code device.groups} (group id), {@code telemetry.ledger} ({@code <partition>:<base offset>}), {@code control.audit} (actor),
 * {@code control.replays} (replay id) and {@code control.gateways} (gateway id).
 */
public final class Catalogue {
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]{0,100}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration MONTH = Duration.ofDays(30);

    private static final Pattern TOPIC = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");
    private static final Pattern OURS =
            Pattern.compile("(telemetry\\.routed|device|config|control|sink)\\..*|.*\\.dlq");

    private final String prefix;
    private final Sizing sizing;
    private final List<Topic<?>> others;
    private final Optional<Shadow> shadow;

    /**
     * @param prefix put before every topic's name; empty for none, and otherwise ending in what should part them, a
     *     dot by habit
     */
    public Catalogue(String prefix, Sizing sizing) {
        this(prefix, sizing, List.of(), Optional.empty());
    }

    private Catalogue(String prefix, Sizing sizing, List<Topic<?>> others, Optional<Shadow> shadow) {
        if (!isPrefix(prefix)) {
            throw new IllegalArgumentException("kafka.topic-prefix must be 0 to 100 of A-Z a-z 0-9 . _ -: " + prefix);
        }
        this.prefix = prefix;
        this.sizing = sizing;
        this.others = List.copyOf(others);
        this.shadow = shadow;
    }

    /** Whether a hub may have this prefix. */
    public static boolean isPrefix(String prefix) {
        return PREFIX.matcher(prefix).matches();
    }

    /** The payload's bytes, untouched; facts in headers. */
    public Topic<byte[]> raw() {
        return bytes("telemetry.raw", WEEK);
    }

    /**
     * Dead letters of {@link #raw} on their way back: the message's bytes and headers, its origin in
     * {@link Headers#ORIGIN}. Each stands in the partition of its origin. Also that a device is
     * erased ({@link Headers#ERASE}), where its messages stand. Kept for as long as the letters are, so that it
     * is known which of them were replayed.
     */
    public Topic<byte[]> replay() {
        return bytes("telemetry.replay", MONTH);
    }

    /** Decoded readings, marked with their tiers. */
    public Topic<Reading> readings() {
        return avro("telemetry.readings", Duration.ofDays(3), Reading.class);
    }

    public Topic<WindowAggregate> aggregates() {
        return avro("telemetry.aggregates", WEEK, WindowAggregate.class);
    }

    public Topic<Anomaly> anomalies() {
        return avro("telemetry.anomalies", MONTH, Anomaly.class);
    }

    /** What people say of anomalies. As many partitions as readings have, so that each finds its device. */
    public Topic<AnomalyFeedback> anomalyFeedback() {
        return avro("control.anomaly-feedback", MONTH, AnomalyFeedback.class);
    }

    public Topic<Alert> alerts() {
        return avro("telemetry.alerts", MONTH, Alert.class);
    }

    /** How much of devices' lives is left; the newest of a device and model holds. */
    public Topic<Prediction> predictions() {
        return avro("telemetry.predictions", MONTH, Prediction.class);
    }

    /** What people want of alerts: acknowledgements. As many partitions as readings have, so that each finds its device. */
    public Topic<AlertCommand> alertCommands() {
        return avro("control.alert-commands", WEEK, AlertCommand.class);
    }

    /** Whom the actions of rules tell of alerts. Marked in the headers for the sink that is to deliver it. */
    public Topic<Notification> notifications() {
        return avro("telemetry.notifications", WEEK, Notification.class);
    }

    /**
     * What a named route copies out.
     *
     * @param name 1 to 64 of {@code A–Z a–z 0–9 _ -}: a route can't name another topic of the cluster
     */
    public Topic<Reading> routed(String name) {
        if (!isRouteName(name)) {
            throw new IllegalArgumentException("a route's topic must be 1 to 64 of A-Z a-z 0-9 _ -: " + name);
        }
        return avro("telemetry.routed." + name, Duration.ofDays(3), Reading.class);
    }

    /** Whether a route may name its topic so. */
    public static boolean isRouteName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Values too late for any window that is still kept. */
    public Topic<Reading> late() {
        return avro("telemetry.late", WEEK, Reading.class);
    }

    /** One outcome for each accepted message. */
    public Topic<LedgerEntry> ledger() {
        return topic("telemetry.ledger", Cleanup.COMPACT_AND_DELETE, Optional.of(WEEK.plusDays(1)), LedgerEntry.class);
    }

    /** The source record's bytes with the reason in headers. */
    public Topic<byte[]> deadLetters(Topic<?> source) {
        String name = shadow.map(each -> each.liveName(source.name())).orElse(source.name());
        return bytes(name.substring(prefix.length()) + ".dlq", MONTH);
    }

    /** What a sink's target refused. */
    public Topic<byte[]> sinkDeadLetters(String sink) {
        return bytes("sink." + sink + ".dlq", MONTH);
    }

    /** Dead letters of a sink on their way back: the source record's bytes and headers, for this sink alone. */
    public Topic<byte[]> sinkReplay(String sink) {
        return bytes("sink." + sink + ".replay", MONTH);
    }

    /** Where the tasks of the cold sink agree on what to commit: Iceberg's own records. */
    public Topic<byte[]> coldControl() {
        return bytes("sink.cold.control", WEEK);
    }

    public Topic<Device> registry() {
        return compacted("device.registry", Device.class);
    }

    /** Devices whose data is erased; an entry stays for good, since what it erased could come again. */
    public Topic<Erasure> erasures() {
        return compacted("device.erasures", Erasure.class);
    }

    public Topic<Route> routes() {
        return compacted("config.routes", Route.class);
    }

    public Topic<Rule> rules() {
        return compacted("config.rules", Rule.class);
    }

    public Topic<Maintenance> maintenance() {
        return compacted("config.maintenance", Maintenance.class);
    }

    public Topic<Mapping> mappings() {
        return compacted("config.mappings", Mapping.class);
    }

    public Topic<Model> models() {
        return compacted("config.models", Model.class);
    }

    public Topic<DeviceEvent> deviceEvents() {
        return avro("device.events", WEEK, DeviceEvent.class);
    }

    /** Which gateways there are, and that they run: of each the last heartbeat stays. Key gateway id. */
    public Topic<GatewayHeartbeat> gateways() {
        return topic("control.gateways", Cleanup.COMPACT_AND_DELETE, Optional.of(MONTH), GatewayHeartbeat.class);
    }

    /** What devices are to do. */
    public Topic<DeviceCommand> commands() {
        return avro("device.commands", Duration.ofDays(2), DeviceCommand.class);
    }

    /** What became of {@link #commands}. */
    public Topic<CommandResult> commandResults() {
        return avro("device.command-results", Duration.ofDays(2), CommandResult.class);
    }

    public Topic<AuditEntry> audit() {
        return avro("control.audit", Duration.ofDays(365), AuditEntry.class);
    }

    /** Replays, and how far each has come. */
    public Topic<Replay> replays() {
        return compacted("control.replays", Replay.class);
    }

    /**
     * A topic that somebody else's processor writes; key device id.
     *
     * @param name without the hub's prefix: 1 to 100 of {@code a–z 0–9 . _ -}, and none that Headrace may want
     * @param valueType a generated Avro class, with {@code String} for Avro's strings
     */
    public <V extends SpecificRecord> Topic<V> topic(String name, Duration retention, Class<V> valueType) {
        if (!TOPIC.matcher(name).matches() || OURS.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a processor's topic must be 1 to 100 of a-z 0-9 . _ -, and not under telemetry.routed, device, config,"
                            + " control or sink: " + name);
        }
        return avro(name, retention, valueType);
    }

    /**
     * This catalogue, with topics of others' processors.
     *
     * @throws IllegalArgumentException where two topics have one name
     */
    public Catalogue with(List<Topic<?>> others) {
        Catalogue all = new Catalogue(prefix, sizing, others, shadow);
        Set<String> names = new HashSet<>();
        for (Topic<?> topic : all.all()) {
            if (!names.add(topic.name())) {
                throw new IllegalArgumentException("there are two topics " + topic.name());
            }
        }
        return all;
    }

    /** Snapshots of the running account, in one partition. */
    public Topic<byte[]> account() {
        return topic("control.account", Cleanup.COMPACT_AND_DELETE, Optional.of(Duration.ofDays(2)), byte[].class);
    }

    /** Whether these are the topics of a run over history, which must change nothing outside. */
    public boolean isShadowed() {
        return shadow.isPresent();
    }

    /** This catalogue, where what isn't live has a shadow's name. Topics of {@link #with} are to be given anew. */
    public Catalogue shadowed(Shadow shadow) {
        return new Catalogue(prefix, sizing, List.of(), Optional.of(shadow));
    }

    /** All topics that {@code topics apply} makes: those above, and those whose readers are yet to come. */
    public List<Topic<?>> all() {
        List<Topic<?>> all = new ArrayList<>(List.of(
                raw(),
                replay(),
                readings(),
                aggregates(),
                anomalies(),
                anomalyFeedback(),
                alerts(),
                predictions(),
                alertCommands(),
                notifications(),
                late(),
                ledger(),
                deadLetters(raw()),
                deadLetters(readings()),
                sinkDeadLetters("warm"),
                sinkDeadLetters("cold"),
                sinkReplay("warm"),
                sinkReplay("cold"),
                coldControl(),
                registry(),
                erasures(),
                compacted("device.groups", byte[].class),
                compacted("device.twins", byte[].class),
                rules(),
                routes(),
                mappings(),
                maintenance(),
                models(),
                deviceEvents(),
                gateways(),
                commands(),
                commandResults(),
                audit(),
                replays(),
                account()));
        all.addAll(others);
        return all;
    }

    private Topic<byte[]> bytes(String name, Duration retention) {
        return topic(name, Cleanup.DELETE, Optional.of(retention), byte[].class);
    }

    private <V> Topic<V> avro(String name, Duration retention, Class<V> valueType) {
        return topic(name, Cleanup.DELETE, Optional.of(retention), valueType);
    }

    private <V> Topic<V> compacted(String name, Class<V> valueType) {
        return topic(name, Cleanup.COMPACT, Optional.empty(), valueType);
    }

    private <V> Topic<V> topic(String name, Cleanup cleanup, Optional<Duration> retention, Class<V> valueType) {
        String liveName = prefix + name;
        Optional<Shadow> over = shadow.filter(each -> each.covers(liveName));
        return new Topic<>(
                over.map(each -> each.nameOf(liveName)).orElse(liveName),
                sizing.partitions(),
                sizing.replication(),
                sizing.minInSyncReplicas(),
                cleanup,
                over.isPresent() ? retention.map(live -> over.get().keep()) : retention,
                valueType);
    }
}
