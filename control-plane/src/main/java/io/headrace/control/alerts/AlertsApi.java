package io.headrace.control.alerts;

import io.headrace.catalogue.Catalogue;
import io.headrace.control.access.Role;
import io.headrace.control.audit.Audit;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.control.http.UnavailableException;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.TopicTail;
import io.headrace.control.kafka.TopicTail.Follow;
import io.headrace.record.Alert;
import io.headrace.record.AlertAction;
import io.headrace.record.AlertCommand;
import io.headrace.record.AlertState;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Endpoints under {@code /api/v1/alerts}. Follows {@code telemetry.alerts} from its beginning. */
public final class AlertsApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AlertsApi.class);

    /** Some 2 KB each. */
    private static final int KEPT = 20_000;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_NOTE = 500;
    private static final Set<String> STATES = Set.of("raised", "acknowledged", "cleared");

    private final String topic;
    private final String commands;
    private final Deserializer<Alert> decoder;
    private final Alerts alerts = new Alerts(KEPT);
    private final Producer<String, AlertCommand> producer;
    private final Audit audit;
    private final Clock clock;
    private final TopicTail tail;

    /** Those that stand first, of equals the newest; without those that a group's alert tells of, unless they are asked for. */
    record Found(List<AlertView> alerts) {}

    /** @param note what whoever acknowledges wants others to know, up to 500 characters; null for nothing */
    record Acknowledgement(@Nullable String note) {}

    /** Starts following; returns at once. */
    public AlertsApi(KafkaClients clients, Audit audit, Clock clock) {
        Catalogue catalogue = clients.config().catalogue();
        this.topic = catalogue.alerts().name();
        this.commands = catalogue.alertCommands().name();
        this.decoder = clients.decoder(catalogue.alerts());
        this.producer = clients.producer(catalogue.alertCommands());
        this.audit = audit;
        this.clock = clock;
        this.tail = TopicTail.start(Follow.all(topic, this::take), clients);
    }

    private void take(ConsumerRecord<String, byte[]> row) {
        try {
            Alert alert = decoder.deserialize(topic, row.value());
            if (alert != null) {
                alerts.plus(alert);
            }
        } catch (SerializationException e) {
            LOG.warn("{}-{} has an unreadable record at {}: {}", topic, row.partition(), row.offset(), e.getMessage());
        }
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", "/api/v1/alerts", Role.VIEWER, this::list),
                Endpoint.of(
                        "GET",
                        "/api/v1/rules/{id}/stats",
                        Role.VIEWER,
                        call -> Answer.ok(alerts.stats(call.path("id")))),
                Endpoint.of(
                        "GET",
                        "/api/v1/alerts/{id}",
                        Role.VIEWER,
                        call -> Answer.ok(AlertView.of(existing(call.path("id"))))),
                Endpoint.of("POST", "/api/v1/alerts/{id}:acknowledge", Role.OPERATOR, this::acknowledge));
    }

    private Answer list(Call call) {
        Optional<String> device = call.findQuery("device");
        Optional<String> rule = call.findQuery("rule");
        Optional<String> state = call.findQuery("state");
        Optional<String> group = call.findQuery("partOf");
        boolean members = device.isPresent()
                || group.isPresent()
                || call.findQuery("members").filter("true"::equals).isPresent();
        if (state.isPresent() && !STATES.contains(state.get())) {
            throw Problem.badRequest("state must be raised, acknowledged or cleared");
        }
        List<Alert> found = alerts.newest(
                alert -> device.map(alert.getDeviceId()::equals).orElse(true)
                        && rule.map(alert.getRuleId()::equals).orElse(true)
                        && (members || alert.getPartOf() == null)
                        && group.map(id -> id.equals(alert.getPartOf())).orElse(true)
                        && state.map(word -> word.toUpperCase(Locale.ROOT)
                                        .equals(alert.getState().name()))
                                .orElse(true),
                call.query("limit", 100, 1, 5_000));
        return Answer.ok(new Found(found.stream().map(AlertView::of).toList()));
    }

    private Alert existing(String id) {
        return alerts.find(id).orElseThrow(() -> Problem.notFound("there is no alert of this id"));
    }

    /** Answers when the processor that holds the alert has done it. */
    private Answer acknowledge(Call call) {
        Alert alert = existing(call.path("id"));
        String note = call.body().length == 0
                ? null
                : call.json(Acknowledgement.class).note();
        if (note != null && note.length() > MAX_NOTE) {
            throw Problem.badRequest("note must be at most " + MAX_NOTE + " characters");
        }
        if (alert.getState() != AlertState.RAISED) {
            throw Problem.conflict("the alert is " + alert.getState().name().toLowerCase(Locale.ROOT)
                    + ": only one that is raised can be acknowledged");
        }
        audit.record(call.caller(), "alert.acknowledge", alert.getId(), Map.of("note", note == null ? "" : note));
        send(new AlertCommand(
                alert.getId(),
                alert.getDeviceId(),
                AlertAction.ACKNOWLEDGE,
                call.caller().name(),
                note,
                clock.instant().truncatedTo(ChronoUnit.MICROS)));
        return Answer.ok(AlertView.of(done(alert.getId())));
    }

    private void send(AlertCommand command) {
        try {
            producer.send(new ProducerRecord<>(commands, command.getDeviceId(), command))
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new UnavailableException(commands + " didn't take a command", e.getCause());
        } catch (TimeoutException | KafkaException e) {
            throw new UnavailableException(commands + " didn't take a command in " + PATIENCE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while sending a command", e);
        }
    }

    private Alert done(String id) {
        try {
            return alerts.await(id, alert -> alert.getState() != AlertState.RAISED, PATIENCE.toMillis())
                    .orElseThrow(() -> new UnavailableException(
                            "the command is stored, and no processor has done it in " + PATIENCE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while waiting for a command to be done", e);
        }
    }

    @Override
    public void close() {
        tail.close();
        producer.close(Duration.ofSeconds(5));
    }
}
