package io.headrace.sinks.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of {@code docs/connectors.md} say what the plug-ins themselves say of their settings. */
class ReferenceTest {
    private static final Path PAGE = PluginZip.ROOT.resolve("docs/connectors.md");
    private static final Path RIGHT = PluginZip.ROOT.resolve("sinks/target/connectors.md");
    private static final Pattern TABLES =
            Pattern.compile("(<!-- settings of (\\S+) -->\n)(.*?)(<!-- end of settings -->)", Pattern.DOTALL);
    private static final Pattern RANGE = Pattern.compile("\\[(\\S+),\\.\\.\\.(?:,(\\S+))?\\]");

    /** Iceberg reckons it by the machine. */
    private static final Map<String, String> RECKONED =
            Map.of("iceberg.control.commit.threads", "twice the processors");

    /** A plug-in of ours, by its class. */
    record Plugin(String name, ConfigDef settings) {}

    static List<Plugin> plugins() {
        List<Plugin> plugins = new ArrayList<>();
        ServiceLoader.load(SinkConnector.class).forEach(each -> add(plugins, each, each.config()));
        ServiceLoader.load(Converter.class).forEach(each -> add(plugins, each, each.config()));
        ServiceLoader.load(Transformation.class).forEach(each -> add(plugins, each, each.config()));
        return plugins;
    }

    private static void add(List<Plugin> plugins, Object plugin, ConfigDef settings) {
        if (plugin.getClass().getName().startsWith("io.headrace.")) {
            plugins.add(new Plugin(plugin.getClass().getName(), settings));
        }
    }

    @Test
    void thePageIsAsThePluginsSay() throws IOException {
        // Given
        String page = Files.readString(PAGE);
        List<Plugin> plugins = plugins();

        // When
        List<String> described = new ArrayList<>();
        String right = TABLES.matcher(page).replaceAll(found -> {
            described.add(found.group(2));
            String tables = plugins.stream()
                    .filter(plugin -> plugin.name.equals(found.group(2)))
                    .map(plugin -> tables(plugin.settings))
                    .findFirst()
                    .orElse("");
            return Matcher.quoteReplacement(found.group(1) + tables + found.group(4));
        });
        Files.createDirectories(RIGHT.getParent());
        Files.writeString(RIGHT, right);

        // Then
        assertThat(described)
                .containsExactlyInAnyOrderElementsOf(
                        plugins.stream().map(Plugin::name).toList());
        assertThat(page).as("copy %s over %s", RIGHT, PAGE).isEqualTo(right);
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void everySettingSaysWhatItIsFor(Plugin plugin) {
        assertThat(plugin.settings.configKeys().values())
                .allMatch(key -> key.documentation != null && !key.documentation.isBlank());
    }

    private static String tables(ConfigDef settings) {
        StringBuilder tables = new StringBuilder();
        List<String> groups = new ArrayList<>(settings.groups());
        if (groups.isEmpty()) {
            return settings.names().isEmpty() ? "It has no settings.\n" : table(settings, null);
        }
        for (String group : groups) {
            tables.append("\n**").append(group).append("**\n\n").append(table(settings, group));
        }
        return tables.append('\n').toString();
    }

    private static String table(ConfigDef settings, @Nullable String group) {
        StringBuilder table =
                new StringBuilder("| key | default | values | importance | what for |\n|---|---|---|---|---|\n");
        settings.configKeys().values().stream()
                .filter(key -> group == null || group.equals(key.group))
                .sorted((a, b) -> Integer.compare(a.orderInGroup, b.orderInGroup))
                .forEach(key -> table.append(row(key)));
        return table.toString();
    }

    private static String row(ConfigKey key) {
        return "| `%s` | %s | %s | %s | %s |%n"
                .formatted(
                        key.name,
                        fallback(key),
                        values(key),
                        key.importance.name().toLowerCase(Locale.ROOT),
                        key.documentation.replace("|", "\\|"));
    }

    private static String fallback(ConfigKey key) {
        if (!key.hasDefault()) {
            return "required";
        }
        String reckoned = RECKONED.get(key.name);
        if (reckoned != null) {
            return reckoned;
        }
        Object value = key.defaultValue;
        String text = value instanceof List<?> list
                ? String.join(",", list.stream().map(String::valueOf).toList())
                : String.valueOf(value);
        return value == null || text.isEmpty() ? "" : "`" + text + "`";
    }

    private static String values(ConfigKey key) {
        String type = key.type.name().toLowerCase(Locale.ROOT);
        if (key.validator == null) {
            return type;
        }
        Matcher range = RANGE.matcher(key.validator.toString());
        if (range.matches()) {
            return type + ", " + range.group(1) + (range.group(2) == null ? " and more" : " to " + range.group(2));
        }
        return type + ", " + key.validator.toString().replaceAll("[\\[\\]]", "").replace("|", "\\|");
    }
}
