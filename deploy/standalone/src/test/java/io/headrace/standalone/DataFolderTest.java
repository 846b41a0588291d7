package io.headrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.ConfigException;
import io.headrace.config.Secret;
import io.headrace.secret.SecretBox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path folder;

    @Test
    void oneFolderHasOneHolder() {
        try (DataFolder held = DataFolder.open(folder)) {
            assertThatThrownBy(() -> DataFolder.open(folder))
                    .isInstanceOf(InUseException.class)
                    .hasMessageContaining(held.root().toString())
                    .hasMessageContaining(Long.toString(ProcessHandle.current().pid()))
                    .hasMessageNotContaining("\n");
        }
        DataFolder.open(folder).close();
    }

    @Test
    void secretsAreMadeOnceAndReadableByTheirOwnerOnly() throws IOException {
        try (DataFolder data = DataFolder.open(folder)) {
            String token = Files.readString(data.adminToken()).strip();
            assertThat(token).hasSizeGreaterThanOrEqualTo(32);
            assertThat(data.adminToken()).hasContent(token);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.masterKey())))
                    .isEqualTo("rw-------");
            assertThat(new SecretBox(
                            Secret.of(Files.readString(data.masterKey()).strip())))
                    .isNotNull();
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsOneLine() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> DataFolder.open(file.resolve("data")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("can't be used");
    }
}
