package io.headrace.control.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.catalogue.Headers;
import io.headrace.control.hot.HotConfig;
import io.headrace.control.http.Problem;
import io.headrace.control.http.UnavailableException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;

/** Asks the processors what would become of messages now, over their query address. */
final class Processors implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final URI dryRun;
    private final HttpClient client;

    /**
     * What would become of one message.
     *
     * @param outcome as the ledger would call it
     * @param reason of its dead letter; empty where it would be none
     */
    record Verdict(String outcome, Optional<String> reason, Optional<String> detail) {}

    /**
     * An answer.
     *
     * @param verdicts in the order of the messages
     * @param duplicateWindow for how long the processors know a message that comes twice
     */
    record Verdicts(List<Verdict> verdicts, Duration duplicateWindow) {}

    Processors(HotConfig config) {
        String base = config.processors().toString();
        this.dryRun = URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + "/dry-run");
        this.client = HttpClient.newBuilder()
                .connectTimeout(config.timeout())
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    Verdicts judge(List<Letter> letters) {
        ObjectNode question = JSON.createObjectNode();
        ArrayNode messages = question.putArray("messages");
        letters.forEach(letter -> messages.add(message(letter)));
        HttpResponse<byte[]> answer = ask(question);
        switch (answer.statusCode()) {
            case 200 -> {
                // read below
            }
            case 404, 405 ->
                throw Problem.conflict(
                        "these processors give no dry runs: normalize and hot must be among their fragments");
            case 503 -> throw Problem.unavailable("the processors are rebalancing");
            default -> throw new UnavailableException(dryRun + " answered " + answer.statusCode());
        }
        try {
            JsonNode said = JSON.readTree(answer.body());
            List<Verdict> verdicts = new ArrayList<>();
            said.path("verdicts").forEach(each -> verdicts.add(verdict(each)));
            if (verdicts.size() != letters.size()) {
                throw new UnavailableException(dryRun + " gave " + verdicts.size() + " verdicts on " + letters.size());
            }
            return new Verdicts(
                    verdicts, Duration.ofMillis(said.path("duplicateWindowMs").asLong()));
        } catch (IOException e) {
            throw new UnavailableException(dryRun + " answered no JSON", e);
        }
    }

    private static ObjectNode message(Letter letter) {
        ObjectNode message = JSON.createObjectNode();
        letter.key().ifPresent(key -> message.put("key", key));
        letter.value().ifPresent(value -> message.put("value", value));
        message.put("receivedAt", letter.receivedAt().toEpochMilli());
        ObjectNode headers = message.putObject("headers");
        for (Header header : letter.row().headers()) {
            // what an application says of its message decides nothing, and may be long
            if (!header.key().startsWith(Headers.PROPERTY_PREFIX)
                    || header.key().equals(Headers.PRECISION)) {
                Headers.find(letter.row().headers(), header.key()).ifPresent(text -> headers.put(header.key(), text));
            }
        }
        return message;
    }

    private static Verdict verdict(JsonNode said) {
        return new Verdict(
                said.path("outcome").asText(),
                Optional.ofNullable(said.path("reason").textValue()),
                Optional.ofNullable(said.path("detail").textValue()));
    }

    private HttpResponse<byte[]> ask(ObjectNode question) {
        try {
            HttpRequest request = HttpRequest.newBuilder(dryRun)
                    .timeout(TIMEOUT)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(question.toString()))
                    .build();
            return client.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UnavailableException(dryRun + " doesn't answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while asking " + dryRun, e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
