package io.headrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedConnectIT {
    @TempDir
    Path folder;

    @Test
    void comesUpAnswersAndStartsAgain() {
        // Given
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"))) {
            try (EmbeddedConnect connect = EmbeddedConnect.start(kafka.bootstrapServers(), folder)) {
                // When, Then
                assertThat(connect.isReady()).isTrue();
                assertThat(connect.status("nobody")).isEqualTo("MISSING");
                assertThatThrownBy(() -> connect.put("bad", Map.of("connector.class", "no.such.Connector")))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("no.such.Connector");
            }
            try (EmbeddedConnect again = EmbeddedConnect.start(kafka.bootstrapServers(), folder)) {
                assertThat(again.isReady()).isTrue();
            }
        }
    }
}
