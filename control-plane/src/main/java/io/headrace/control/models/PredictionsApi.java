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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was predicted of a device last. Follows {@code telemetry.predictions} from its beginning. */
public final class PredictionsApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PredictionsApi.class);

    /** Devices whose predictions are kept, those of late; some 500 bytes each. */
    private static final int KEPT = 50_000;

    private final String topic;
    private final Deserializer<Prediction> decoder;
    private final Map<String, Map<String, Prediction>> byDevice = new LinkedHashMap<>();
    private final TopicTail tail;

    /** By model. */
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
                plus(prediction);
            }
        } catch (SerializationException e) {
            LOG.warn("{}-{} has an unreadable record at {}: {}", topic, row.partition(), row.offset(), e.getMessage());
        }
    }

    private synchronized void plus(Prediction prediction) {
        Map<String, Prediction> known = byDevice.remove(prediction.getDeviceId());
        Map<String, Prediction> models = known == null ? new TreeMap<>() : known;
        if (prediction.getRemainingUs() == null) {
            models.remove(prediction.getModel());
        } else {
            models.put(prediction.getModel(), prediction);
        }
        if (!models.isEmpty()) {
            byDevice.put(prediction.getDeviceId(), models);
        }
        if (byDevice.size() > KEPT) {
            byDevice.remove(byDevice.keySet().iterator().next());
        }
    }

    private synchronized List<Prediction> of(String device) {
        return List.copyOf(byDevice.getOrDefault(device, Map.of()).values());
    }

    public List<Endpoint> endpoints() {
        return List.of(Endpoint.of("GET", "/api/v1/devices/{id}/predictions", Role.VIEWER, this::latest));
    }

    private Answer latest(Call call) {
        String device = call.path("id");
        if (!DeviceId.isValid(device)) {
            throw Problem.notFound("no device has such an id");
        }
        return Answer.ok(new Found(of(device).stream().map(PredictionView::of).toList()));
    }

    @Override
    public void close() {
        tail.close();
    }
}
