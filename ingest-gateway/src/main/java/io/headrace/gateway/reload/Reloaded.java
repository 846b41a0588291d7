package io.headrace.gateway.reload;

import io.headrace.config.ConfigException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What some files hold, read again when their content has changed. What can't be used, such as a certificate whose key
 * isn't there yet, is counted and logged once, and the value before it stays.
 *
 * @param <T> what they hold
 */
public final class Reloaded<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Reloaded.class);

    private final String what;
    private final List<Path> files;
    private final Supplier<T> load;
    private final Counter loaded;
    private final Counter failed;
    private String content;
    private volatile T value;

    /**
     * Reads the files for the first time.
     *
     * @param what for log and meters: {@code server-certificate}
     * @param load reads the files; throws {@link ConfigException} where they can't be used
     * @throws ConfigException where they can't be used now
     */
    public Reloaded(String what, List<Path> files, Supplier<T> load, MeterRegistry meters) {
        this.what = what;
        this.files = List.copyOf(files);
        this.load = load;
        this.loaded = counter("loaded", meters);
        this.failed = counter("failed", meters);
        this.content = content();
        this.value = load.get();
    }

    private Counter counter(String result, MeterRegistry meters) {
        return Counter.builder("headrace.reload")
                .description("changed files that were read again, or couldn't be used")
                .tag("what", what)
                .tag("result", result)
                .register(meters);
    }

    /** The last that could be used. */
    public T value() {
        return value;
    }

    /** Looks at the files; true where there is another value now. */
    public synchronized boolean check() {
        String now = content();
        if (now.equals(content)) {
            return false;
        }
        content = now;
        try {
            value = load.get();
        } catch (ConfigException e) {
            failed.increment();
            LOG.warn("{} has changed and can't be used, what was there before stays: {}", what, e.getMessage());
            return false;
        }
        loaded.increment();
        LOG.info("{} is read again from {}", what, files);
        return true;
    }

    private String content() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                digest.update(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            return "unreadable";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
