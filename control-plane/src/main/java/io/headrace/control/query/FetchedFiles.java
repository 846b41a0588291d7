package io.headrace.control.query;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.FileIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of a store that DuckDB doesn't read, S3 say: each is copied into a folder of the query's own, through the
 * catalog's {@code FileIO}, with whatever credentials that has. DuckDB's extension for S3 isn't in its driver.
 */
final class FetchedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(FetchedFiles.class);
    private static final int BUFFER = 1 << 20;

    private final FileIO from;
    private final Path folder;
    private final long maxBytes;
    private final Map<String, String> paths = new HashMap<>();
    private long bytes;

    /**
     * @param folder made where it isn't there; whoever made its parent deletes it
     * @param maxBytes most that one query may fetch
     */
    FetchedFiles(FileIO from, Path folder, long maxBytes) {
        this.from = from;
        this.folder = folder;
        this.maxBytes = maxBytes;
    }

    String folder() {
        return folder.toString();
    }

    /**
     * Where they are now, in the same order.
     *
     * @throws QueryFailure where together they are too large, before any is fetched; where the store is away
     */
    List<String> paths(List<DataFile> files) {
        List<DataFile> missing = files.stream()
                .filter(file -> !paths.containsKey(file.location()))
                .toList();
        long more = missing.stream().mapToLong(DataFile::fileSizeInBytes).sum();
        if (bytes + more > maxBytes) {
            throw QueryFailure.tooMuch("it needs " + missing.size() + " files of the cold tier with "
                    + (more >> 20) + " MiB, and a query may fetch " + (maxBytes >> 20)
                    + " MiB: bound received_at or observed_at more narrowly");
        }
        bytes += more;
        missing.forEach(this::fetch);
        return files.stream().map(file -> paths.get(file.location())).toList();
    }

    private void fetch(DataFile file) {
        Path path = folder.resolve(paths.size() + ".parquet");
        try {
            Files.createDirectories(folder);
            try (InputStream in = from.newInputFile(file).newStream();
                    OutputStream out = Files.newOutputStream(path)) {
                copy(in, out);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("the cold tier's store", e);
            throw QueryFailure.away("the cold tier's store doesn't answer: " + e.getMessage());
        }
        paths.put(file.location(), path.toString());
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new IOException("the query was stopped");
            }
            out.write(buffer, 0, read);
        }
    }
}
