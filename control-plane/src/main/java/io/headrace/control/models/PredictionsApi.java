package io.headrace.control.models;

import io.headrace.catalogue.DeviceId;
import io.headrace.control.access.Role;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.TopicTail;
import io.headrace.control.kafka.TopicTail.Follow;
import io.headrace.record.Prediction;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was predicted of devices, last and of late. Follows {@code telemetry.predictions} from its beginning. */
public final class PredictionsApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PredictionsApi.class);

    private static final int MOST_DEVICES = 50_000;

    /** 16 MiB of courses. */
    private static final int MOST_POINTS = 524_288;

    private final String topic;
    private final Deserializer<Prediction> decoder;
    private final Predicted predicted = new Predicted(MOST_DEVICES, MOST_POINTS);
    private final TopicTail tail;

    record Found(List<PredictionView> predictions) {}

    /** Starts following; returns at once. */
    public PredictionsApi(KafkaClients clients) {
        this.topic = clients.config().catalogue().predictions().name();
        this.decoder = clients.decoder(clients.config().catalogue().predictions());
        this.tail = TopicTail.start(Follow.all(topic, this::take), clients);
    }

    private void take(ConsumerRecord<String, byte[]> row) {
        try {
            Prediction prediction = decoder.deserialize(topic, row.value());
            if (prediction != null) {
                predicted.plus(prediction);
            }
        } catch (SerializationException e) {
            LOG.warn("{}-{} has an unreadable record at {}: {}", topic, row.partition(), row.offset(), e.getMessage());
        }
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", "/api/v1/predictions", Role.VIEWER, this::soonest),
                Endpoint.of("GET", "/api/v1/devices/{id}/predictions", Role.VIEWER, this::latest),
                Endpoint.of("GET", "/api/v1/devices/{id}/predictions/{model}", Role.VIEWER, this::course));
    }

    private Answer soonest(Call call) {
        return found(predicted.soonest(call.findQuery("model"), call.query("limit", 100, 1, 5_000)));
    }

    private Answer course(Call call) {
        return Answer.ok(predicted
                .course(call.path("id"), call.path("model"))
                .orElseThrow(() -> Problem.notFound("this model tells nothing of such a device")));
    }

    private static Answer found(List<Prediction> predictions) {
        return Answer.ok(new Found(predictions.stream().map(PredictionView::of).toList()));
    }

    private Answer latest(Call call) {
        String device = call.path("id");
        if (!DeviceId.isValid(device)) {
            throw Problem.notFound("no device has such an id");
        }
        return found(predicted.of(device));
    }

    @Override
    public void close() {
        tail.close();
    }
}
