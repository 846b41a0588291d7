package io.headrace.control.mappings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.control.access.Role;
import io.headrace.control.hot.HotConfig;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.control.http.UnavailableException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The endpoint that tries an expression on a sample payload: the processors decode it, by the code that they run. */
public final class MappingTrial implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HotConfig config;
    private final URI address;
    private final HttpClient client;

    /**
     * What is tried.
     *
     * @param expression CEL
     * @param payload of a message, any JSON
     * @param payloadBase64 its bytes, in the place of {@code payload}
     * @param contentType null for none
     * @param device id; null for none
     * @param topic null for none
     * @param tags of the device; null for none
     */
    record Trial(
            @Nullable String expression,
            @Nullable JsonNode payload,
            @Nullable String payloadBase64,
            @Nullable String contentType,
            @Nullable String device,
            @Nullable String topic,
            @Nullable Map<String, String> tags) {}

    public MappingTrial(HotConfig config) {
        String base = config.processors().toString();
        this.config = config;
        this.address =
                URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + "/mapping-trial");
        this.client = HttpClient.newBuilder()
                .connectTimeout(config.timeout())
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    public List<Endpoint> endpoints() {
        return List.of(Endpoint.of("POST", "/api/v1/mappings:test", Role.OPERATOR, this::test));
    }

    private Answer test(Call call) {
        Trial trial = call.json(Trial.class);
        if (trial.expression() == null || trial.expression().isBlank()) {
            throw Problem.badRequest("expression is missing");
        }
        if ((trial.payload() == null) == (trial.payloadBase64() == null)) {
            throw Problem.badRequest("either payload or payloadBase64 must be there");
        }
        MappingCheck.require(trial.expression());
        HttpResponse<byte[]> response = ask(question(trial));
        return switch (response.statusCode()) {
            case 200 -> new Answer.Content("application/json", response.body(), "no-store");
            case 404, 405 ->
                throw Problem.conflict(
                        "these processors try no mappings: normalize and hot must be among their fragments");
            case 503 -> throw Problem.unavailable("the processors are rebalancing");
            default -> throw new UnavailableException(address + " answered " + response.statusCode());
        };
    }

    private static ObjectNode question(Trial trial) {
        ObjectNode question = JSON.createObjectNode()
                .put("expression", trial.expression())
                .put("contentType", trial.contentType())
                .put("device", trial.device())
                .put("topic", trial.topic());
        question.put("payload", bytes(trial));
        ObjectNode tags = question.putObject("tags");
        if (trial.tags() != null) {
            trial.tags().forEach(tags::put);
        }
        return question;
    }

    private static byte[] bytes(Trial trial) {
        String base64 = trial.payloadBase64();
        if (base64 == null) {
            return String.valueOf(trial.payload()).getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("payloadBase64 isn't Base64");
        }
    }

    private HttpResponse<byte[]> ask(ObjectNode question) {
        try {
            HttpRequest request = HttpRequest.newBuilder(address)
                    .timeout(config.timeout())
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(question.toString()))
                    .build();
            return client.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UnavailableException(address + " doesn't answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while asking " + address, e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
