package io.headrace.standalone;

import io.headrace.config.ConfigException;
import io.headrace.secret.SecretBox;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds all that a standalone Headrace keeps, held by one process at a time. Secrets in it are readable
 * by their owner only, and are whole or not there: a crash never leaves half a key.
 */
public final class DataFolder implements AutoCloseable {
    private final Path root;
    private final FileChannel lockFile;

    private DataFolder(Path root, FileChannel lockFile) {
        this.root = root;
        this.lockFile = lockFile;
    }

    /**
     * Opens the folder, making it where it isn't there.
     *
     * @throws InUseException where another process holds it
     * @throws ConfigException where it can't be made or written
     */
    public static DataFolder open(Path folder) {
        Path root = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(root);
            FileChannel channel = FileChannel.open(
                    root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                String holder = Files.readString(root.resolve("lock")).strip();
                channel.close();
                throw new InUseException("the data folder " + root + " is held by another Headrace"
                        + (holder.isEmpty() ? "" : " (process " + holder + ")")
                        + ": stop it, or name another folder with --data");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
            DataFolder data = new DataFolder(root, channel);
            Files.createDirectories(data.logs());
            Files.createDirectories(data.tls());
            return data;
        } catch (IOException e) {
            throw new ConfigException("the data folder " + root + " can't be used: " + e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    public Path root() {
        return root;
    }

    Path kafka() {
        return root.resolve("kafka");
    }

    Path registry() {
        return root.resolve("registry");
    }

    Path postgres() {
        return root.resolve("postgres");
    }

    Path streams() {
        return root.resolve("streams");
    }

    /** Files of the cold tier. */
    Path cold() {
        return root.resolve("cold");
    }

    public Path logs() {
        return root.resolve("logs");
    }

    public Path tls() {
        return root.resolve("tls");
    }

    OwnCertificates certificates() {
        return new OwnCertificates(tls(), Clock.systemUTC());
    }

    /** The key that seals devices' keys; made where it isn't there. Losing it means new keys for all devices. */
    Path masterKey() {
        return secret("master.key", SecretBox::newMasterKey);
    }

    /** The token of the role admin; made where it isn't there. */
    public Path adminToken() {
        return secret("admin.token", DataFolder::newToken);
    }

    private Path secret(String name, Supplier<String> fresh) {
        Path file = root.resolve(name);
        if (!Files.exists(file)) {
            writeSecret(file, fresh.get() + "\n");
        }
        return file;
    }

    private static String newToken() {
        byte[] token = new byte[24];
        new SecureRandom().nextBytes(token);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /** Writes a file that only its owner can read, whole or not at all. */
    static void writeSecret(Path file, String text) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new ConfigException(file + " can't be written: " + e);
        }
    }

    /** Gives the folder up; what is in it stays. */
    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new ConfigException("the data folder " + root + " can't be released: " + e);
        }
    }
}
