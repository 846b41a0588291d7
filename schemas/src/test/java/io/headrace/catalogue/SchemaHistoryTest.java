package io.headrace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every record's schema reads all its earlier versions (BACKWARD_TRANSITIVE), which stand as
 * {@code src/test/resources/history/<record>/<n>.avsc}, the newest of them the one in use. A changed schema fails here
 * until it is added there as the next version; a version that was released is never edited.
 */
class SchemaHistoryTest {
    private static final Path HISTORY = Path.of("src/test/resources/history");

    static Stream<Schema> schemas() {
        return new Catalogue("", Sizing.STANDALONE)
                .all().stream().flatMap(topic -> topic.schema().stream()).distinct();
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void aSchemaReadsAllItsEarlierVersions(Schema current) throws IOException {
        List<Schema> history = history(current);

        assertThat(history)
                .allSatisfy(earlier -> assertThat(SchemaCompatibility.checkReaderWriterCompatibility(current, earlier)
                                .getType())
                        .isEqualTo(SchemaCompatibilityType.COMPATIBLE));
        assertThat(history.get(history.size() - 1))
                .as("the newest version in %s is the schema in use", HISTORY.resolve(current.getName()))
                .isEqualTo(current);
    }

    private static List<Schema> history(Schema current) throws IOException {
        List<Schema> versions = new ArrayList<>();
        Path folder = HISTORY.resolve(current.getName());
        for (int version = 1; Files.exists(folder.resolve(version + ".avsc")); version++) {
            versions.add(new Schema.Parser().parse(Files.readString(folder.resolve(version + ".avsc"))));
        }
        assertThat(versions).as("versions in %s", folder).isNotEmpty();
        return versions;
    }
}
