package io.headrace.gateway;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A file system of its own in memory, that a test fills up. Only root may make one. */
final class SmallDisk implements AutoCloseable {
    private static final int CHUNK = 64 << 10;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Mounts it on a folder, which is made; empty where this process may not. */
    static Optional<SmallDisk> on(Path folder, int mebibytes) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        if (!Programs.isInstalled("mount")) {
            return Optional.empty();
        }
        List<String> mount =
                List.of("/usr/bin/mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString());
        return Programs.run(mount).code() == 0 ? Optional.of(new SmallDisk(folder)) : Optional.empty();
    }

    /** Leaves not a byte. */
    void fill() throws IOException {
        byte[] chunk = new byte[CHUNK];
        try (OutputStream ballast = Files.newOutputStream(ballast())) {
            while (true) {
                ballast.write(chunk);
            }
        } catch (IOException full) {
            if (folder.toFile().getUsableSpace() > 0) {
                throw full;
            }
        }
    }

    /** Gives back what {@link #fill} took. */
    void free() throws IOException {
        Files.deleteIfExists(ballast());
    }

    private Path ballast() {
        return folder.resolve("ballast");
    }

    @Override
    public void close() throws IOException {
        try {
            Programs.Ended ended = Programs.run(List.of("/usr/bin/umount", "-l", folder.toString()));
            if (ended.code() != 0) {
                throw new IOException(folder + " can't be unmounted: " + ended.output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + folder + " was unmounted", e);
        }
    }
}
