package io.headrace.streams.window;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowTopologyTest {
    /** All that touches Kafka. Whatever else is in the package is rule, and rules can be tested without it. */
    private static final Set<String> KAFKA_EDGE = Set.of("WindowFragment", "WindowProcessor", "WindowStores");

    @TempDir
    private Path folder;

    @Test
    void hasTheNodesAndStoresThatItHadBefore() throws IOException {
        try (WindowDriver windows = new WindowDriver(folder, Map.of());
                InputStream file = getClass().getResourceAsStream("topology.txt")) {
            String before = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);

            // A difference means that stored state or a changelog's name changed: say so in the change.
            assertThat(windows.topology().describe().toString().strip()).isEqualTo(before.strip());
        }
    }

    @Test
    void keepsKafkaOutOfTheRules() {
        classes()
                .that()
                .resideInAPackage("io.headrace.streams.window")
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
