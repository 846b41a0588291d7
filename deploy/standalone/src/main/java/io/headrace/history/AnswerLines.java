package io.headrace.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.client.ApiException;
import java.util.function.Consumer;

/** An answer in lines of JSON that says itself whether it is whole. For one answer. */
final class AnswerLines {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Consumer<JsonNode> taker;
    private boolean isWhole;

    /** @param taker of every line that is neither an error nor the end */
    AnswerLines(Consumer<JsonNode> taker) {
        this.taker = taker;
    }

    /** @throws ApiException where it says that it failed */
    void line(String line) {
        JsonNode node = parsed(line);
        if (node.has("error")) {
            int status = node.at("/error/status").asInt();
            throw new ApiException(
                    status,
                    "refused (" + status + "): " + node.at("/error/detail").asText());
        }
        if (node.has("end")) {
            isWhole = true;
        } else {
            taker.accept(node);
        }
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new ApiException(0, "the answer isn't one of a control plane, or of an older one");
        }
    }

    /** @throws ApiException where the last line hasn't come */
    void requireWhole() {
        if (!isWhole) {
            throw new ApiException(0, "the answer ended in the middle");
        }
    }
}
