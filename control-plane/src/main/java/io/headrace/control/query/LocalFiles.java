package io.headrace.control.query;

import java.io.File;
import java.net.URI;
import org.apache.iceberg.Files;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/**
 * Iceberg's files on a local disk, to be read and not to be changed. Has a public constructor without arguments, for
 * {@code io-impl}.
 */
public final class LocalFiles implements FileIO {
    private static final long serialVersionUID = 1L;

    @Override
    public InputFile newInputFile(String path) {
        return Files.localInput(new File(path(path)));
    }

    @Override
    public OutputFile newOutputFile(String path) {
        throw new UnsupportedOperationException("queries write nothing: " + path);
    }

    @Override
    public void deleteFile(String path) {
        throw new UnsupportedOperationException("queries delete nothing: " + path);
    }

    /** Path of a location on this machine; what isn't {@code file:} as it is. */
    static String path(String location) {
        return location.startsWith("file:") ? URI.create(location).getPath() : location;
    }
}
