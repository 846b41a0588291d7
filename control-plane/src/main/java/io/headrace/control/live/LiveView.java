package io.headrace.control.live;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.control.account.AccountStatus;
import io.headrace.control.anomalies.Anomalies;
import io.headrace.control.anomalies.AnomalyView;
import io.headrace.control.compacted.Table;
import io.headrace.control.http.Json;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.TopicTail;
import io.headrace.control.kafka.TopicTail.Follow;
import io.headrace.control.live.EventHub.Event;
import io.headrace.control.live.SystemView.DeadLetters;
import io.headrace.control.live.SystemView.Devices;
import io.headrace.record.Anomaly;
import io.headrace.record.Device;
import io.headrace.record.DeviceStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows what the processors write and tells what is going on. Safe for use by several threads. */
public final class LiveView implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveView.class);
    /** Offsets of each partition read first, so that a console has something to show after a restart. */
    private static final long RECENT = 20_000;

    private static final long DEAD_LETTERS = 200_000;

    private final Table<Device> devices;
    private final Supplier<AccountStatus> account;
    private final Clock clock;
    private final Instant startedAt;
    private final LedgerTally ledger = new LedgerTally();
    private final DeadLetterCounts deadLetters;
    private final RateHistory rates = new RateHistory();
    private final RecentWindows windows;
    private final Anomalies anomalies;
    private final EventHub events;
    private final List<TopicTail> tails;
    private final RawPulse pulse;

    /** Starts following; returns at once. */
    public LiveView(
            KafkaClients clients,
            LiveConfig config,
            Table<Device> devices,
            Supplier<AccountStatus> account,
            Clock clock) {
        this.devices = devices;
        this.account = account;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.windows = new RecentWindows(config.windows(), config.windowsPerMetric());
        this.anomalies = new Anomalies(config.anomalies());
        this.events = new EventHub(config.maxStreams());
        Catalogue topics = clients.config().catalogue();
        String prefix = clients.config().topicPrefix();
        this.deadLetters = new DeadLetterCounts(prefix);
        this.tails = List.of(
                follow(clients, topics.ledger(), Long.MAX_VALUE, ledger::plus),
                follow(clients, topics.aggregates(), RECENT, windows::plus),
                follow(clients, topics.anomalies(), RECENT, this::found),
                TopicTail.start(
                        new Follow(
                                "tail-dead-letters",
                                name -> name.startsWith(prefix) && name.endsWith(".dlq"),
                                DEAD_LETTERS,
                                deadLetters::plus),
                        clients));
        this.pulse = RawPulse.start(clients, config.pendingGrace(), ledger, this::beat);
    }

    private static <V extends SpecificRecord> TopicTail follow(
            KafkaClients clients, Topic<V> topic, long backlog, Consumer<V> taker) {
        Deserializer<V> decoder = clients.decoder(topic);
        TopicTail.Handler handler = row -> decoded(decoder, row, taker);
        return TopicTail.start(new Follow("tail-" + topic.name(), topic.name()::equals, backlog, handler), clients);
    }

    /** What can't be read isn't counted; reconciliation names it. */
    private static <V extends SpecificRecord> void decoded(
            Deserializer<V> decoder, ConsumerRecord<String, byte[]> row, Consumer<V> taker) {
        try {
            V value = decoder.deserialize(row.topic(), row.value());
            if (value != null) {
                taker.accept(value);
            }
        } catch (SerializationException e) {
            LOG.warn(
                    "{}-{} has an unreadable record at {}: {}",
                    row.topic(),
                    row.partition(),
                    row.offset(),
                    e.getMessage());
        }
    }

    private void found(Anomaly anomaly) {
        events.publish(new Event("anomaly", Json.text(AnomalyView.of(anomalies.plus(anomaly)))));
    }

    private void beat(long offered, long nanos) {
        rates.plus(offered, nanos);
        events.publish(new Event("system", Json.text(system(false))));
    }

    /** Whether the counts have caught up with what was in Kafka at the start. */
    public boolean isCurrent() {
        return tails.stream().allMatch(TopicTail::isCurrent) && pulse.isCurrent();
    }

    /** Whether Kafka has answered within the last seconds. */
    public boolean isConnected() {
        return pulse.isCurrent();
    }

    SystemView system(boolean withRates) {
        Map<String, Long> reasons = deadLetters.byReason();
        long letters = reasons.values().stream().mapToLong(Long::longValue).sum();
        return new SystemView(
                clock.instant(),
                startedAt,
                isCurrent(),
                countDevices(),
                pulse.messages(),
                account.get(),
                rates.last(),
                withRates ? rates.all() : List.of(),
                new DeadLetters(letters, reasons, deadLetters.topics()),
                anomalies.begun(),
                events.size());
    }

    private Devices countDevices() {
        Map<DeviceStatus, Long> counts = new EnumMap<>(DeviceStatus.class);
        devices.values().forEach(device -> counts.merge(device.getStatus(), 1L, Long::sum));
        return new Devices(
                counts.values().stream().mapToLong(Long::longValue).sum(),
                counts.getOrDefault(DeviceStatus.ENABLED, 0L),
                counts.getOrDefault(DeviceStatus.DISABLED, 0L),
                counts.getOrDefault(DeviceStatus.QUARANTINED, 0L));
    }

    RecentWindows windows() {
        return windows;
    }

    /** Filled as they come. */
    public Anomalies anomalies() {
        return anomalies;
    }

    EventHub events() {
        return events;
    }

    @Override
    public void close() {
        events.stop();
        pulse.close();
        tails.forEach(TopicTail::close);
    }
}
