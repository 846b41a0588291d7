package io.headrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.config.ConfigException;
import io.headrace.control.definitions.Kind;
import io.headrace.control.http.Problem;
import io.headrace.control.routes.RouteKind;
import io.headrace.control.rules.RuleKind;
import io.headrace.record.Route;
import io.headrace.record.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Rules or routes from a file: one of them, a list, or the answer of the API that holds one. */
final class DefinitionsFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DefinitionsFile() {}

    static List<Rule> rules(Path file, Instant now) {
        return read(file, new RuleKind(), now);
    }

    static List<Route> routes(Path file, Instant now) {
        return read(file, new RouteKind(), now);
    }

    /** @throws ConfigException that says what is wrong with which of them */
    private static <V, B> List<V> read(Path file, Kind<V, B> kind, Instant now) {
        JsonNode root;
        try {
            root = JSON.readTree(Files.readString(file));
        } catch (JsonProcessingException wrong) {
            throw new ConfigException(file + " isn't JSON: " + wrong.getOriginalMessage());
        } catch (IOException e) {
            throw new ConfigException("can't read " + file + ": " + e.getMessage());
        }
        JsonNode list = root.path(kind.name() + "s");
        List<V> records = new ArrayList<>();
        for (JsonNode each : list.isArray()
                ? list
                : root.isArray() ? root : JSON.createArrayNode().add(root)) {
            records.add(record(each, kind, file, now));
        }
        return records;
    }

    private static <V, B> V record(JsonNode body, Kind<V, B> kind, Path file, Instant now) {
        String id = body.path("id").asText("");
        if (id.isEmpty()) {
            throw new ConfigException(file + " has a " + kind.name() + " without an id");
        }
        try {
            return kind.record(JSON.treeToValue(body, kind.body()), id, now);
        } catch (JsonProcessingException wrong) {
            throw new ConfigException(file + ", " + kind.name() + " " + id + ": " + wrong.getOriginalMessage());
        } catch (Problem wrong) {
            throw new ConfigException(file + ", " + kind.name() + " " + id + ": " + wrong.detail());
        }
    }
}
