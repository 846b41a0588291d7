package io.headrace.prognosis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.catalogue.TrustedRecords;
import io.headrace.record.Model;
import io.headrace.record.ModelError;
import io.headrace.record.TrainedOn;
import io.headrace.wear.InvalidModelException;
import io.headrace.wear.ModelForm;
import io.headrace.wear.Shape;
import io.headrace.wear.WearModel;
import io.headrace.wear.fit.Life;
import io.headrace.wear.fit.Trained;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Models as the control plane's API has them. */
public final class ModelJson {
    static {
        TrustedRecords.trust(Model.class); // where no topic is declared
    }

    private ModelJson() {}

    /**
     * What is put.
     *
     * @param lives that it was fitted to
     */
    public static ObjectNode of(Trained trained, List<Life> lives, String source) {
        WearModel model = trained.model();
        Shape shape = model.shape();
        double stepMs = shape.stepMicros() / 1e3;
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("kind", ModelForm.KIND);
        strings(json.putArray("metrics"), shape.metrics());
        strings(json.putArray("operating"), shape.operating());
        json.put("stepMs", shape.stepMicros() / 1_000);
        json.put("limitSteps", model.curve().limit());
        ObjectNode parameters = json.putObject("parameters");
        ModelForm.parameters(model).forEach((name, values) -> {
            ArrayNode array = parameters.putArray(name);
            values.forEach(array::add);
        });
        Life first = lives.stream()
                .min(Comparator.comparingLong(life -> life.steps()[0]))
                .orElseThrow();
        double last = lives.stream().mapToDouble(Life::failedAt).max().orElseThrow();
        json.putObject("trainedOn")
                .put("devices", trained.devices())
                .put("lives", trained.lives())
                .put("rows", trained.rows())
                .put("from", at(first.steps()[0] * (double) shape.stepMicros()))
                .put("to", at(last * shape.stepMicros()))
                .put("source", source);
        json.putObject("error")
                .put("rmseMs", trained.accuracy().rootMeanSquare() * stepMs)
                .put("rmseOfMeanMs", trained.accuracy().ofMean() * stepMs)
                .put("coverage", trained.accuracy().coverage());
        return json;
    }

    private static String at(double micros) {
        return Instant.EPOCH.plus((long) micros, ChronoUnit.MICROS).toString();
    }

    private static void strings(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }

    /** @throws InvalidModelException where it is of a kind that isn't known here */
    public static WearModel read(JsonNode json) throws InvalidModelException {
        Map<String, List<Double>> parameters = new HashMap<>();
        json.path("parameters").properties().forEach(each -> {
            List<Double> values = new ArrayList<>();
            each.getValue().forEach(value -> values.add(value.asDouble()));
            parameters.put(each.getKey(), values);
        });
        return ModelForm.read(Model.newBuilder()
                .setName(json.path("name").asText())
                .setVersion(json.path("version").asLong())
                .setKind(json.path("kind").asText())
                .setMetrics(texts(json.path("metrics")))
                .setOperating(texts(json.path("operating")))
                .setStepMs(json.path("stepMs").asLong())
                .setLimitSteps(json.path("limitSteps").asDouble())
                .setParameters(parameters)
                .setTrainedOn(new TrainedOn(0, 0, 0L, Instant.EPOCH, Instant.EPOCH, ""))
                .setError(new ModelError(0.0, 0.0, 0.0))
                .setCreatedAt(Instant.EPOCH)
                .setCreatedBy("")
                .build());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
