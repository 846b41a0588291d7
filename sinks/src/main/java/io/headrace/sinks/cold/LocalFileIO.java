package io.headrace.sinks.cold;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.iceberg.Files;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/**
 * Iceberg's files on a local disk, without Hadoop. A file is forced to the disk, and its name with it, when it is
 * closed: a commit never names a file that a power failure can take back. No rename is needed, since the catalog's
 * database says which metadata file is current.
 *
 * <p>Has a public constructor without arguments, for {@code io-impl}.
 */
public final class LocalFileIO implements FileIO {
    private static final long serialVersionUID = 1L;

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

    private static File file(String path) {
        return path.startsWith("file:") ? new File(URI.create(path).getPath()) : new File(path);
    }

    private record ForcedOutputFile(File file) implements OutputFile {
        @Override
        public PositionOutputStream create() {
            return new ForcedStream(Files.localOutput(file).create(), file.toPath());
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return new ForcedStream(Files.localOutput(file).createOrOverwrite(), file.toPath());
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
        private final Path path;

        ForcedStream(PositionOutputStream out, Path path) {
            this.out = out;
            this.path = path;
        }

        @Override
        public long getPos() throws IOException {
            return out.getPos();
        }

        @Override
        public long storedLength() throws IOException {
            return out.storedLength();
        }

        @Override
        public void write(int one) throws IOException {
            out.write(one);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
            force(path, StandardOpenOption.WRITE);
            Path folder = path.toAbsolutePath().getParent();
            if (folder != null) {
                force(folder, StandardOpenOption.READ);
            }
        }

        private static void force(Path path, StandardOpenOption how) throws IOException {
            try (FileChannel channel = FileChannel.open(path, how)) {
                channel.force(true);
            }
        }
    }
}
