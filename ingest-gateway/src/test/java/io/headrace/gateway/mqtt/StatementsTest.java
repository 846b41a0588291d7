package io.headrace.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every normative statement of the two standards has a packet case, or a line that says where it is shown or why not. */
class StatementsTest {
    /** Section to the number of its statements, in MQTT 5 (appendix B). */
    private static final Map<String, Integer> MQTT_5 = Map.ofEntries(
            Map.entry("1.5.4", 3),
            Map.entry("1.5.5", 1),
            Map.entry("1.5.7", 1),
            Map.entry("2.1.3", 1),
            Map.entry("2.2.1", 6),
            Map.entry("2.2.2", 1),
            Map.entry("3.1.0", 2),
            Map.entry("3.1.2", 30),
            Map.entry("3.1.3", 12),
            Map.entry("3.1.4", 6),
            Map.entry("3.2.0", 2),
            Map.entry("3.2.2", 22),
            Map.entry("3.3.1", 13),
            Map.entry("3.3.2", 20),
            Map.entry("3.3.4", 10),
            Map.entry("3.4.2", 3),
            Map.entry("3.5.2", 3),
            Map.entry("3.6.1", 1),
            Map.entry("3.6.2", 3),
            Map.entry("3.7.2", 3),
            Map.entry("3.8.1", 1),
            Map.entry("3.8.3", 5),
            Map.entry("3.8.4", 8),
            Map.entry("3.9.2", 2),
            Map.entry("3.9.3", 2),
            Map.entry("3.10.1", 1),
            Map.entry("3.10.3", 2),
            Map.entry("3.10.4", 6),
            Map.entry("3.11.2", 2),
            Map.entry("3.11.3", 2),
            Map.entry("3.12.4", 1),
            Map.entry("3.14.0", 1),
            Map.entry("3.14.1", 1),
            Map.entry("3.14.2", 4),
            Map.entry("3.14.4", 3),
            Map.entry("3.15.1", 1),
            Map.entry("3.15.2", 3),
            Map.entry("4.1.0", 2),
            Map.entry("4.2", 1),
            Map.entry("4.3.1", 1),
            Map.entry("4.3.2", 5),
            Map.entry("4.3.3", 13),
            Map.entry("4.4.0", 2),
            Map.entry("4.5.0", 2),
            Map.entry("4.6.0", 6),
            Map.entry("4.7.0", 1),
            Map.entry("4.7.1", 2),
            Map.entry("4.7.2", 1),
            Map.entry("4.7.3", 4),
            Map.entry("4.8.2", 6),
            Map.entry("4.9.0", 3),
            Map.entry("4.12.0", 7),
            Map.entry("4.12.1", 2),
            Map.entry("4.13.1", 1),
            Map.entry("4.13.2", 1),
            Map.entry("6.0.0", 4));

    /** The same in MQTT 3.1.1 (appendix B), without what binds both sides as a whole (section 7). */
    private static final Map<String, Integer> MQTT_3 = Map.ofEntries(
            Map.entry("1.5.3", 3),
            Map.entry("2.2.2", 2),
            Map.entry("2.3.1", 7),
            Map.entry("3.1.0", 2),
            Map.entry("3.1.2", 24),
            Map.entry("3.1.3", 11),
            Map.entry("3.1.4", 5),
            Map.entry("3.2.0", 1),
            Map.entry("3.2.2", 6),
            Map.entry("3.3.1", 12),
            Map.entry("3.3.2", 3),
            Map.entry("3.3.4", 1),
            Map.entry("3.3.5", 2),
            Map.entry("3.6.1", 1),
            Map.entry("3.8.1", 1),
            Map.entry("3.8.3", 3),
            Map.entry("3.8.4", 6),
            Map.entry("3.9.3", 2),
            Map.entry("3.10.1", 1),
            Map.entry("3.10.3", 2),
            Map.entry("3.10.4", 6),
            Map.entry("3.12.4", 1),
            Map.entry("3.14.1", 1),
            Map.entry("3.14.4", 3),
            Map.entry("4.1.0", 2),
            Map.entry("4.3.1", 1),
            Map.entry("4.3.2", 2),
            Map.entry("4.3.3", 2),
            Map.entry("4.4.0", 1),
            Map.entry("4.5.0", 2),
            Map.entry("4.6.0", 6),
            Map.entry("4.7.1", 3),
            Map.entry("4.7.2", 1),
            Map.entry("4.7.3", 4),
            Map.entry("4.8.0", 2),
            Map.entry("6.0.0", 4));

    @Test
    void hasMoreCasesThanThereAreStatements() {
        assertThat(PacketCase.all()).hasSizeGreaterThan(700);
    }

    @Test
    void leavesOutNoStatementOfMqtt5() throws IOException {
        assertAllAreThere(MQTT_5, "5");
    }

    @Test
    void leavesOutNoStatementOfMqtt3() throws IOException {
        assertAllAreThere(MQTT_3, "3");
    }

    /** A case of MQTT 3.1.1 and one of MQTT 5 often stand under one number: where they do, it counts for both. */
    private static void assertAllAreThere(Map<String, Integer> sections, String version) throws IOException {
        Set<String> shown = new HashSet<>();
        PacketCase.all().forEach(given -> shown.add(given.statement().replace("MQTT-3-8.3-4", "MQTT-3.8.3-4")));
        for (String[] line : lines()) {
            if (line[0].equals(version)) {
                Collection<String> statements = range(line[1]);
                assertThat(statements)
                        .as("both in statements.txt and in sections")
                        .allMatch(each -> known(sections, each));
                shown.addAll(statements);
            }
        }
        Set<String> missing = new TreeSet<>(all(sections));
        missing.removeAll(shown);
        assertThat(missing).isEmpty();
    }

    private static boolean known(Map<String, Integer> sections, String statement) {
        return all(sections).contains(statement);
    }

    private static Set<String> all(Map<String, Integer> sections) {
        return sections.entrySet().stream()
                .flatMap(section -> IntStream.rangeClosed(1, section.getValue())
                        .mapToObj(n -> "MQTT-" + section.getKey() + "-" + n))
                .filter(statement -> !statement.equals("MQTT-2.2.1-1")) // MQTT 5 begins with 2
                .collect(Collectors.toSet());
    }

    @Test
    void namesTestsThatExist() throws IOException {
        for (String[] line : lines()) {
            if (!Set.of("client", "none", "read").contains(line[2])) {
                String test = "io.headrace.gateway.mqtt." + line[2];
                String inSession = "io.headrace.gateway.mqtt.session." + line[2];
                assertThat(Stream.of(test, inSession).anyMatch(StatementsTest::exists))
                        .as(line[2])
                        .isTrue();
            }
        }
    }

    private static boolean exists(String type) {
        return StatementsTest.class.getResource("/" + type.replace('.', '/') + ".class") != null;
    }

    private static List<String> range(String statements) {
        int dash = statements.lastIndexOf('-');
        String[] ends = statements.substring(dash + 1).split("\\.\\.");
        List<String> each = new ArrayList<>();
        for (int n = Integer.parseInt(ends[0]); n <= Integer.parseInt(ends[ends.length - 1]); n++) {
            each.add(statements.substring(0, dash + 1) + n);
        }
        return each;
    }

    private static List<String[]> lines() throws IOException {
        try (InputStream file = StatementsTest.class.getResourceAsStream("/mqtt/statements.txt")) {
            assertThat(file).isNotNull();
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" \\| "))
                    .toList();
        }
    }
}
