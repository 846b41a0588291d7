package io.headrace.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connector's configuration, a JSON object of texts, in which <code>${name}</code> stands for what is filled in. */
final class ConnectorTemplate {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([a-z.-]+)}");

    private ConnectorTemplate() {}

    /**
     * The configuration with every placeholder filled in.
     *
     * @throws ConfigException where the file can't be read, isn't such an object, or has a placeholder without a value
     */
    static Map<String, String> fill(Path file, Map<String, String> values) {
        JsonNode object;
        try {
            object = JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new ConfigException("the connector template " + file + " can't be read: " + firstLine(e));
        }
        Map<String, String> config = new LinkedHashMap<>();
        object.properties().forEach(member -> {
            if (!member.getValue().isTextual()) {
                throw new ConfigException(
                        "the connector template " + file + " must have a text for " + member.getKey());
            }
            config.put(member.getKey(), filled(file, member.getValue().asText(), values));
        });
        return config;
    }

    private static String filled(Path file, String text, Map<String, String> values) {
        return PLACEHOLDER.matcher(text).replaceAll(match -> {
            String value = values.get(match.group(1));
            if (value == null) {
                throw new ConfigException(
                        "the connector template " + file + " has ${" + match.group(1) + "}, which nothing fills in");
            }
            return Matcher.quoteReplacement(value);
        });
    }

    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
