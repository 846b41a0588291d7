package io.headrace.sinks.cold;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Files;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * Iceberg's files on a local disk, without Hadoop. A file is written under another name, forced to the disk when it is
 * closed, and then given its own: a file that is there is whole, and a commit never names one that a power failure can
 * take back.
 *
 * <p>Has a public constructor without arguments, for {@code io-impl}.
 */
public final class LocalFileIO implements SupportsPrefixOperations {
    private static final long serialVersionUID = 1L;
    private static final String UNFINISHED = ".part";

    @Override
    public InputFile newInputFile(String path) {
        return Files.localInput(file(path));
    }

    @Override
    public OutputFile newOutputFile(String path) {
        return new ForcedOutputFile(file(path));
    }

    @Override
    public void deleteFile(String path) {
        try {
            java.nio.file.Files.deleteIfExists(file(path).toPath());
        } catch (IOException e) {
            throw new UncheckedIOException("can't delete " + path, e);
        }
    }

    /** Unfinished files too. A folder that isn't there has none. */
    @Override
    public Iterable<FileInfo> listPrefix(String prefix) {
        Path root = file(prefix).toPath();
        String start = prefix.endsWith("/") ? prefix : prefix + "/";
        List<FileInfo> found = new ArrayList<>();
        try {
            java.nio.file.Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                    found.add(new FileInfo(
                            start + root.relativize(path),
                            attributes.size(),
                            attributes.lastModifiedTime().toMillis()));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
                    if (java.nio.file.Files.exists(path)) {
                        throw e;
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("can't list " + prefix, e);
        }
        return found;
    }

    @Override
    public void deletePrefix(String prefix) {
        listPrefix(prefix).forEach(file -> deleteFile(file.location()));
    }

    private static File file(String path) {
        return path.startsWith("file:") ? new File(URI.create(path).getPath()) : new File(path);
    }

    private record ForcedOutputFile(File file) implements OutputFile {
        @Override
        public PositionOutputStream create() {
            if (file.exists()) {
                throw new AlreadyExistsException("File already exists: %s", file);
            }
            return createOrOverwrite();
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            Path unfinished = file.toPath().resolveSibling(file.getName() + UNFINISHED);
            return new ForcedStream(
                    Files.localOutput(unfinished.toFile()).createOrOverwrite(), unfinished, file.toPath());
        }

        @Override
        public String location() {
            return file.toString();
        }

        @Override
        public InputFile toInputFile() {
            return Files.localInput(file);
        }
    }

    private static final class ForcedStream extends PositionOutputStream {
        private final PositionOutputStream out;
        private final Path unfinished;
        private final Path path;
        private boolean closed;
        private long length;

        ForcedStream(PositionOutputStream out, Path unfinished, Path path) {
            this.out = out;
            this.unfinished = unfinished;
            this.path = path;
        }

        @Override
        public long getPos() throws IOException {
            return closed ? length : out.getPos();
        }

        /** Asked for after the close, when the file has its name. */
        @Override
        public long storedLength() throws IOException {
            return getPos();
        }

        @Override
        public void write(int one) throws IOException {
            try {
                out.write(one);
            } catch (IOException e) {
                throw givenUp(e);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw givenUp(e);
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            length = out.getPos();
            closed = true;
            try {
                out.close();
                force(unfinished, StandardOpenOption.WRITE);
                java.nio.file.Files.move(
                        unfinished, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw givenUp(e);
            }
            Path folder = path.toAbsolutePath().getParent();
            if (folder != null) {
                force(folder, StandardOpenOption.READ);
            }
        }

        /** Gives its room back at once: whoever writes a file again after a full disk needs it. */
        private IOException givenUp(IOException why) {
            closed = true;
            try {
                out.close();
            } catch (IOException e) {
                why.addSuppressed(e);
            }
            try {
                java.nio.file.Files.deleteIfExists(unfinished);
            } catch (IOException e) {
                why.addSuppressed(e);
            }
            return new IOException(path + " can't be written: " + why.getMessage(), why);
        }

        private static void force(Path path, StandardOpenOption how) throws IOException {
            try (FileChannel channel = FileChannel.open(path, how)) {
                channel.force(true);
            }
        }
    }
}
