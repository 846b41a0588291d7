package io.headrace.control.anomalies;

import io.headrace.catalogue.Catalogue;
import io.headrace.control.access.Role;
import io.headrace.control.audit.Audit;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.control.http.UnavailableException;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.record.Anomaly;
import io.headrace.record.AnomalyFeedback;
import io.headrace.record.AnomalyState;
import io.headrace.record.AnomalyVerdict;
import io.headrace.record.Severity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Endpoints under {@code /api/v1/anomalies}. */
public final class AnomaliesApi implements AutoCloseable {
    private static final String ALL = "/api/v1/anomalies";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_NOTE = 500;

    private final Anomalies anomalies;
    private final String feedback;
    private final Producer<String, AnomalyFeedback> producer;
    private final Audit audit;
    private final Clock clock;

    /** Newest first. */
    record Found(List<AnomalyView> anomalies) {}

    /** @param note what others should know, up to 500 characters; null for nothing */
    record Judgement(@Nullable String note) {}

    /** @param anomalies filled by somebody else */
    public AnomaliesApi(KafkaClients clients, Anomalies anomalies, Audit audit, Clock clock) {
        Catalogue catalogue = clients.config().catalogue();
        this.anomalies = anomalies;
        this.feedback = catalogue.anomalyFeedback().name();
        this.producer = clients.producer(catalogue.anomalyFeedback());
        this.audit = audit;
        this.clock = clock;
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", ALL, Role.VIEWER, this::list),
                Endpoint.of("GET", ALL + "/{id}", Role.VIEWER, call -> Answer.ok(AnomalyView.of(existing(call)))),
                Endpoint.of("POST", ALL + "/{id}:ack", Role.OPERATOR, call -> judge(call, AnomalyVerdict.ACKNOWLEDGED)),
                Endpoint.of(
                        "POST",
                        ALL + "/{id}:false-alarm",
                        Role.OPERATOR,
                        call -> judge(call, AnomalyVerdict.FALSE_ALARM)));
    }

    private Answer list(Call call) {
        Optional<String> device = call.findQuery("device");
        Optional<String> metric = call.findQuery("metric");
        Optional<AnomalyState> state =
                call.findQuery("state").map(word -> symbol("state", word, AnomalyState.values()));
        Optional<Severity> severity =
                call.findQuery("severity").map(word -> symbol("severity", word, Severity.values()));
        Optional<Instant> since = call.findTime("since");
        boolean suppressed =
                call.findQuery("suppressed").map(AnomaliesApi::truth).orElse(false);
        Predicate<Anomaly> wanted =
                anomaly -> device.map(anomaly.getDeviceId()::equals).orElse(true)
                        && metric.map(anomaly.getMetric()::equals).orElse(true)
                        && state.map(anomaly.getState()::equals).orElse(true)
                        && severity.map(anomaly.getSeverity()::equals).orElse(true)
                        && since.map(at -> !anomaly.getStart().isBefore(at)).orElse(true)
                        && (suppressed || anomaly.getSuppressed() == null);
        return Answer.ok(new Found(anomalies.newest(wanted, call.query("limit", 100, 1, 5_000)).stream()
                .map(AnomalyView::of)
                .toList()));
    }

    private static <E extends Enum<E>> E symbol(String name, String word, E[] symbols) {
        return Arrays.stream(symbols)
                .filter(each -> AnomalyView.word(each).equals(word))
                .findFirst()
                .orElseThrow(() -> Problem.badRequest(name + " must be "
                        + Arrays.stream(symbols).map(AnomalyView::word).collect(Collectors.joining(" or "))));
    }

    private static boolean truth(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw Problem.badRequest("suppressed must be true or false");
        }
        return text.equals("true");
    }

    private Anomaly existing(Call call) {
        return anomalies
                .find(call.path("id"))
                .orElseThrow(() -> Problem.notFound("there is no anomaly of this id, or it is long ago"));
    }

    /** Answers when the processor that watches the metric has learnt it. */
    private Answer judge(Call call, AnomalyVerdict verdict) {
        Anomaly anomaly = existing(call);
        String note =
                call.body().length == 0 ? null : call.json(Judgement.class).note();
        if (note != null && note.length() > MAX_NOTE) {
            throw Problem.badRequest("note must be at most " + MAX_NOTE + " characters");
        }
        String word = AnomalyView.word(verdict);
        if (anomaly.getVerdict() == verdict) {
            throw Problem.conflict("it is said already, by " + anomaly.getAcknowledgedBy() + ": " + word);
        }
        audit.record(call.caller(), "anomaly." + word, anomaly.getId(), Map.of("note", note == null ? "" : note));
        send(new AnomalyFeedback(
                anomaly.getDeviceId(),
                anomaly,
                verdict,
                call.caller().name(),
                note,
                clock.instant().truncatedTo(ChronoUnit.MICROS)));
        return Answer.ok(AnomalyView.of(done(anomaly.getId(), verdict)));
    }

    private void send(AnomalyFeedback said) {
        try {
            producer.send(new ProducerRecord<>(feedback, said.getDeviceId(), said))
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new UnavailableException(feedback + " didn't take what was said", e.getCause());
        } catch (TimeoutException | KafkaException e) {
            throw new UnavailableException(feedback + " didn't take what was said in " + PATIENCE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while saying something", e);
        }
    }

    private Anomaly done(String id, AnomalyVerdict verdict) {
        try {
            return anomalies
                    .await(id, anomaly -> anomaly.getVerdict() == verdict, PATIENCE.toMillis())
                    .orElseThrow(() ->
                            new UnavailableException("it is stored, and no processor has learnt of it in " + PATIENCE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while waiting for a processor", e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
