package io.headrace.gateway;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file system of its own in memory, that a test fills up. Only root may make one. */
final class SmallDisk implements AutoCloseable {
    private static final int CHUNK = 64 << 10;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    static boolean isPossible() {
        return System.getProperty("user.name", "").equals("root") && Programs.isInstalled("mount");
    }

    /** Mounts it on a folder, which is made. */
    static SmallDisk on(Path folder, int mebibytes) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        command("/usr/bin/mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString());
        return new SmallDisk(folder);
    }

    private static void command(String... command) throws IOException, InterruptedException {
        Programs.Ended ended = Programs.run(List.of(command));
        if (ended.code() != 0) {
            throw new IOException(String.join(" ", command) + ": " + ended.output());
        }
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
            command("/usr/bin/umount", "-l", folder.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + folder + " was unmounted", e);
        }
    }
}
