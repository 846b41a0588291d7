package io.headrace.cli;

import io.headrace.sinks.cold.LocalFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;

/** A store that DuckDB can't read: {@code distant://} and the path of a folder. */
public final class DistantFiles implements FileIO {
    private static final long serialVersionUID = 1L;
    private static final String SCHEME = "distant://";

    private final LocalFileIO disk = new LocalFileIO();

    static String location(Object folder) {
        return SCHEME + folder;
    }

    private static String onDisk(String location) {
        if (!location.startsWith(SCHEME)) {
            throw new IllegalArgumentException(location + " isn't in this store");
        }
        return location.substring(SCHEME.length());
    }

    @Override
    public InputFile newInputFile(String location) {
        return new Read(disk.newInputFile(onDisk(location)), location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return new Written(disk.newOutputFile(onDisk(location)), location);
    }

    @Override
    public void deleteFile(String location) {
        disk.deleteFile(onDisk(location));
    }

    private record Read(InputFile file, String location) implements InputFile {
        @Override
        public long getLength() {
            return file.getLength();
        }

        @Override
        public SeekableInputStream newStream() {
            return file.newStream();
        }

        @Override
        public boolean exists() {
            return file.exists();
        }
    }

    private record Written(OutputFile file, String location) implements OutputFile {
        @Override
        public PositionOutputStream create() {
            return file.create();
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return file.createOrOverwrite();
        }

        @Override
        public InputFile toInputFile() {
            return new Read(file.toInputFile(), location);
        }
    }
}
