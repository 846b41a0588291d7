package io.headrace.streams.window;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.headrace.record.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowTopologyTest {
    /** All that touches Kafka. Whatever else is in the package is rule, and rules can be tested without it. */
    private static final Set<String> KAFKA_EDGE = Set.of(
            "WindowFragment",
            "WindowProcessor",
            "WindowStores",
            "RowKey",
            "LateReadings",
            "Arrival",
            "Pace",
            "DevicePace",
            "GroupPace",
            "Grouping");

    private static final Map<String, String> GROUPED =
            Map.of("processors.windows.by-site.size", "1min", "processors.windows.by-site.group-by", "site");

    @TempDir
    private Path folder;

    @Test
    void hasTheNodesAndStoresThatItHadBefore() throws IOException {
        assertTopology(Map.of(), "topology.txt");
    }

    @Test
    void hasARepartitionTopicWhereThereAreGroups() throws IOException {
        assertTopology(GROUPED, "topology-groups.txt");
    }

    private void assertTopology(Map<String, String> settings, String checkedIn) throws IOException {
        try (WindowDriver windows = new WindowDriver(folder, settings);
                InputStream file = getClass().getResourceAsStream(checkedIn)) {
            String before = file == null ? "" : new String(file.readAllBytes(), StandardCharsets.UTF_8);

            // A difference means that stored state or a changelog's name changed: say so in the change.
            assertThat(windows.topology().describe().toString().strip()).isEqualTo(before.strip());
        }
    }

    @Test
    void countsADeviceByItselfAndInItsGroupsThroughTheRepartition() {
        try (WindowDriver windows = new WindowDriver(folder, GROUPED)) {
            // When
            windows.send("a", WindowDriver.RECEIVED, Clock.DEVICE, Map.of("t", 1.0), Map.of("site", "north"));
            windows.send("b", WindowDriver.RECEIVED, Clock.DEVICE, Map.of("t", 2.0), Map.of("site", "north"));
            windows.send("c", WindowDriver.RECEIVED, Clock.DEVICE, Map.of("t", 4.0));
            windows.pass(Duration.ofSeconds(125));

            // Then
            assertThat(windows.aggregateRecords())
                    .filteredOn(record -> record.value().getSizeMs() > 0
                            || record.value()
                                    .getEnd()
                                    .equals(record.value().getStart().plusSeconds(60)))
                    .extracting(record -> record.key() + " " + record.value().getSum())
                    .containsExactlyInAnyOrder("a 1.0", "b 2.0", "c 4.0", "site/north 3.0");
        }
    }

    @Test
    void keepsKafkaOutOfTheRules() {
        classes()
                .that()
                .resideInAPackage("io.headrace.streams.window..")
                .and(DescribedPredicate.describe("are rules", WindowTopologyTest::isRule))
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackage("org.apache.kafka..")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.headrace.streams.window"));
    }

    private static boolean isRule(JavaClass type) {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        return !KAFKA_EDGE.contains(name.split("\\$", 2)[0]);
    }
}
