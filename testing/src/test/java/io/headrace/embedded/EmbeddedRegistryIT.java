package io.headrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.registry.IncompatibleSchemaException;
import io.headrace.registry.RegistryClient;
import io.headrace.registry.RegistryConfig;
import java.nio.file.Path;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRegistryIT {
    private static final Schema FIRST =
            SchemaBuilder.record("R").fields().requiredLong("a").endRecord();
    private static final Schema UNREADABLE =
            SchemaBuilder.record("R").fields().requiredString("b").endRecord();

    @TempDir
    Path folder;

    @Test
    void anIdKeepsItsSchemaThroughAKillRightAfterItWasGivenOut() {
        // Given
        int id;
        EmbeddedRegistry killed = EmbeddedRegistry.start(folder);
        id = client(killed).register("s-value", FIRST);
        killed.server().orElseThrow().destroyForcibly();
        killed.close();

        // When
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(folder)) {
            // Then
            RegistryClient client = client(registry);
            assertThat(client.schema(id)).isEqualTo(FIRST);
            assertThatThrownBy(() -> client.register("s-value", UNREADABLE))
                    .isInstanceOf(IncompatibleSchemaException.class);
        }
    }

    @Test
    void takesOverFromAServerThatAnEarlierRunLeftRunning() {
        // Given
        int port = FreePort.next();
        EmbeddedRegistry left = EmbeddedRegistry.start(folder, port);
        int id = client(left).register("s-value", FIRST);

        // When, Then
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(folder, port)) {
            assertThat(client(registry).schema(id)).isEqualTo(FIRST);
        }
        left.close();
    }

    private static RegistryClient client(EmbeddedRegistry registry) {
        return new RegistryClient(RegistryConfig.of(registry.url()));
    }
}
