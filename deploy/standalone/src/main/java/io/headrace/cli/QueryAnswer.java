package io.headrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.cli.RowWriter.Column;
import io.headrace.client.ApiException;
import java.io.Console;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the lines that a query is answered in; shows how far it is where somebody watches. */
final class QueryAnswer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RowWriter writer;
    private final PrintWriter err;
    private final boolean isWatched = isTerminal(System.console());
    private boolean isWhole;
    private boolean isShowing;

    QueryAnswer(RowWriter writer, PrintWriter err) {
        this.writer = writer;
        this.err = err;
    }

    private static boolean isTerminal(@Nullable Console console) {
        return console != null && console.isTerminal();
    }

    void line(String line) {
        JsonNode node = parsed(line);
        if (node.isArray()) {
            writer.row(node);
        } else if (node.has("progress")) {
            show(node.path("progress"));
        } else if (node.has("columns")) {
            clear();
            writer.columns(columns(node.path("columns")));
        } else if (node.has("error")) {
            clear();
            JsonNode error = node.path("error");
            int status = error.path("status").asInt();
            throw new ApiException(
                    status, "refused (" + status + "): " + error.path("detail").asText());
        } else if (node.has("end")) {
            writer.end();
            isWhole = true;
        }
    }

    /** @throws ApiException where the last line hasn't come */
    void requireWhole() {
        if (!isWhole) {
            throw new ApiException(0, "the answer ended in the middle");
        }
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new ApiException(0, "the answer isn't one of a query: is it the control plane?");
        }
    }

    private static List<Column> columns(JsonNode array) {
        List<Column> columns = new ArrayList<>();
        array.forEach(each -> columns.add(
                new Column(each.path("name").asText(), each.path("type").asText())));
        return columns;
    }

    private void show(JsonNode progress) {
        if (!isWatched) {
            return;
        }
        clear();
        StringBuilder text = new StringBuilder(progress.path("phase").asText());
        if (progress.has("percent")) {
            text.append(' ').append(progress.path("percent").asLong()).append(" %");
        }
        if (progress.path("copiedRows").asLong() > 0) {
            text.append(", ").append(progress.path("copiedRows").asLong()).append(" rows from PostgreSQL");
        }
        text.append(", ").append(progress.path("seconds").asLong()).append(" s");
        err.print(text);
        err.flush();
        isShowing = true;
    }

    private void clear() {
        if (isShowing) {
            err.print("\r\033[K");
            err.flush();
            isShowing = false;
        }
    }
}
