package io.headrace.control.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchedFilesTest {
    private static final String AWAY = "s3://bucket/";

    @TempDir
    Path folder;

    private final InMemoryFileIO store = new InMemoryFileIO();

    @Test
    void filesAreFetchedOnceAndNamedInTheOrderInWhichTheyAreAskedFor() throws Exception {
        // Given
        DataFile one = stored("one", 10);
        DataFile other = stored("other", 20);
        FetchedFiles fetched = new FetchedFiles(store, folder.resolve("cold"), 30);
        String first = fetched.paths(List.of(one)).getFirst();
        store.deleteFile(one.location());

        // When
        List<String> paths = fetched.paths(List.of(other, one));

        // Then
        assertThat(paths).hasSize(2).doesNotHaveDuplicates().last().isEqualTo(first);
        assertThat(paths).allMatch(path -> path.startsWith(fetched.folder() + "/"));
        assertThat(Files.readAllBytes(Path.of(first))).containsOnly(7).hasSize(10);
        assertThat(Files.size(Path.of(paths.getFirst()))).isEqualTo(20);
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeAnyOfItIsFetched() {
        FetchedFiles fetched = new FetchedFiles(store, folder.resolve("cold"), 29);

        assertThatThrownBy(() -> fetched.paths(List.of(stored("one", 10), stored("other", 20))))
                .isInstanceOf(QueryFailure.class)
                .hasMessageContaining("2 files of the cold tier");
        assertThat(folder.resolve("cold")).doesNotExist();
    }

    @Test
    void aStoreThatHasLostAFileIsOneLine() {
        // Given
        DataFile gone = stored("gone", 10);
        store.deleteFile(gone.location());

        // When, Then
        assertThatThrownBy(() -> new FetchedFiles(store, folder.resolve("cold"), 30).paths(List.of(gone)))
                .isInstanceOf(QueryFailure.class)
                .hasMessageStartingWith("the cold tier's store doesn't answer: ");
    }

    private DataFile stored(String name, int bytes) {
        byte[] content = new byte[bytes];
        Arrays.fill(content, (byte) 7);
        store.addFile(AWAY + name, content);
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(AWAY + name)
                .withFormat("parquet")
                .withFileSizeInBytes(bytes)
                .withRecordCount(1)
                .build();
    }
}
