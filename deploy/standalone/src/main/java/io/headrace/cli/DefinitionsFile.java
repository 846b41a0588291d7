package io.headrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.headrace.config.ConfigException;
import io.headrace.control.definitions.Kind;
import io.headrace.control.http.Problem;
import io.headrace.control.routes.RouteKind;
import io.headrace.control.rules.RuleKind;
import io.headrace.record.Route;
import io.headrace.record.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Rules or routes from a file, YAML by its name and JSON otherwise: one of them, a list, or the answer of the API that holds one. */
final class DefinitionsFile {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new YAMLMapper();

    private DefinitionsFile() {}

    static List<Rule> rules(Path file, Instant now) {
        return read(file, new RuleKind(), now);
    }

    /**
     * A rule as a file or the API has it.
     *
     * @param from where it stands, in words
     * @throws ConfigException that says what is wrong with it
     */
    static Rule rule(JsonNode body, String from, Instant now) {
        return record(body, new RuleKind(), from, now);
    }

    static List<Route> routes(Path file, Instant now) {
        return read(file, new RouteKind(), now);
    }

    /** @throws ConfigException that says what is wrong with which of them */
    private static <V, B> List<V> read(Path file, Kind<V, B> kind, Instant now) {
        List<V> records = new ArrayList<>();
        for (JsonNode each : bodies(file, kind.name() + "s")) {
            records.add(record(each, kind, file.toString(), now));
        }
        return records;
    }

    /**
     * Definitions as they stand in a file.
     *
     * @param name of the member that holds a list of them, where the file is an answer of the API
     * @throws ConfigException where it can't be read
     */
    static List<JsonNode> bodies(Path file, String name) {
        boolean isYaml = file.toString().endsWith(".yaml") || file.toString().endsWith(".yml");
        JsonNode root;
        try {
            root = (isYaml ? YAML : JSON).readTree(Files.readString(file));
        } catch (JsonProcessingException wrong) {
            throw new ConfigException(
                    file + " isn't " + (isYaml ? "YAML" : "JSON") + ": " + wrong.getOriginalMessage());
        } catch (NoSuchFileException none) {
            throw new ConfigException("there is no file " + file);
        } catch (IOException e) {
            throw new ConfigException("can't read " + file + ": " + e.getMessage());
        }
        JsonNode list = root.path(name);
        List<JsonNode> bodies = new ArrayList<>();
        (list.isArray() ? list : root.isArray() ? root : JSON.createArrayNode().add(root)).forEach(bodies::add);
        return bodies;
    }

    private static <V, B> V record(JsonNode body, Kind<V, B> kind, String from, Instant now) {
        String id = body.path("id").asText("");
        if (id.isEmpty()) {
            throw new ConfigException(from + " has a " + kind.name() + " without an id");
        }
        try {
            return kind.record(JSON.treeToValue(body, kind.body()), id, now);
        } catch (JsonProcessingException wrong) {
            throw new ConfigException(from + ", " + kind.name() + " " + id + ": " + wrong.getOriginalMessage());
        } catch (Problem wrong) {
            throw new ConfigException(from + ", " + kind.name() + " " + id + ": " + wrong.detail());
        }
    }
}
