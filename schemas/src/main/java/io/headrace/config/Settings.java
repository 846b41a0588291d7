package io.headrace.config;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of one configuration file, read by the records that own the keys. A line is {@code key = value} or
 * {@code key: value}; {@code #} begins a comment line. {@code .} groups, {@code -} joins words. A key twice in a file
 * is refused, and after all records have read theirs {@link #requireAllRead} refuses what nobody knows.
 *
 * <p>Not safe for use by several threads.
 */
public final class Settings {
    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9._-]+)\\s*[=:]\\s*(.*)");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})\\s*(ms|s|min|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*(B|KiB|MiB|GiB)");

    private final Map<String, String> values;
    private final Set<String> read = new HashSet<>();

    private Settings(Map<String, String> values) {
        this.values = new LinkedHashMap<>(values);
    }

    /** Settings from memory: tests, and the standalone assembly's own defaults. */
    public static Settings of(Map<String, String> values) {
        return new Settings(values);
    }

    /** @throws ConfigException where the file can't be read, has a line that is no setting, or a key twice */
    public static Settings load(Path file) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ConfigException("can't read the configuration " + file + ": " + e.getMessage());
        }
        Map<String, String> values = new LinkedHashMap<>();
        int number = 0;
        for (String line : text.lines().map(String::strip).toList()) {
            number++;
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher setting = LINE.matcher(line);
            if (!setting.matches()) {
                throw new ConfigException(file + " line " + number + " must be \"key = value\": " + line);
            }
            if (values.put(setting.group(1), setting.group(2)) != null) {
                throw new ConfigException(file + " line " + number + " sets " + setting.group(1) + " a second time");
            }
        }
        return new Settings(values);
    }

    /** These settings, with others for the keys that these don't set. */
    public Settings withDefaults(Map<String, String> defaults) {
        Map<String, String> all = new LinkedHashMap<>(defaults);
        all.putAll(values);
        return new Settings(all);
    }

    /** These settings, with others in place of their own. */
    public Settings with(Map<String, String> others) {
        Map<String, String> all = new LinkedHashMap<>(values);
        all.putAll(others);
        return new Settings(all);
    }

    /** Value of a key that must be there. */
    public String text(String key) {
        return findText(key).orElseThrow(() -> new ConfigException(key + " is missing"));
    }

    public String text(String key, String otherwise) {
        return findText(key).orElse(otherwise);
    }

    /** Empty where the key isn't set, or is set to nothing. */
    public Optional<String> findText(String key) {
        read.add(key);
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
    }

    /** A whole number from {@code min} to {@code max}. */
    public int integer(String key, int otherwise, int min, int max) {
        return Math.toIntExact(whole(key, otherwise, min, max));
    }

    /** A whole number from {@code min} to {@code max}. */
    public long whole(String key, long otherwise, long min, long max) {
        return ranged(key, otherwise, min, max, "a whole number", Settings::parseLong);
    }

    /** A decimal number from {@code min} to {@code max}. */
    public double decimal(String key, double otherwise, double min, double max) {
        return ranged(key, otherwise, min, max, "a number", Settings::parseDouble);
    }

    /** {@code 500ms}, {@code 30s}, {@code 2min}, {@code 24h} or {@code 7d}. */
    public Duration duration(String key, Duration otherwise, Duration min, Duration max) {
        return ranged(key, otherwise, min, max, "a duration like 500ms, 30s, 2min, 24h or 7d", Settings::parseDuration);
    }

    /** {@code 64KiB}, {@code 256MiB}: a count of bytes. */
    public long bytes(String key, long otherwise, long min, long max) {
        return ranged(key, otherwise, min, max, "a size in bytes like 64KiB or 256MiB", Settings::parseSize);
    }

    /** {@code true} or {@code false}. */
    public boolean flag(String key, boolean otherwise) {
        return oneOf(key, otherwise ? "true" : "false", Set.of("true", "false")).equals("true");
    }

    /** One of a few words. */
    public String oneOf(String key, String otherwise, Set<String> words) {
        String value = text(key, otherwise);
        if (!words.contains(value)) {
            throw invalid(key, value, "one of " + String.join(", ", new TreeSet<>(words)));
        }
        return value;
    }

    /** An absolute URI. */
    public URI uri(String key) {
        String value = text(key);
        try {
            URI uri = URI.create(value);
            if (uri.isAbsolute()) {
                return uri;
            }
        } catch (IllegalArgumentException notAUri) {
            // said below, as for a relative one
        }
        throw invalid(key, value, "an absolute URI");
    }

    /** {@code host:port}; the host isn't resolved here. */
    public InetSocketAddress address(String key, String otherwise) {
        String value = text(key, otherwise);
        int colon = value.lastIndexOf(':');
        Long port = colon < 1 ? null : parseLong(value.substring(colon + 1));
        if (port == null || port < 0 || port > 65_535) {
            throw invalid(key, value, "host:port with a port from 0 to 65535");
        }
        return InetSocketAddress.createUnresolved(value.substring(0, colon), port.intValue());
    }

    public Optional<Path> findPath(String key) {
        return findText(key).map(Path::of);
    }

    /**
     * A secret from the file that {@code <key>-file} names, or from the environment variable that {@code <key>-env}
     * names; never from the configuration itself. White space around it is dropped.
     */
    public Optional<Secret> findSecret(String key) {
        Optional<String> file = findText(key + "-file");
        Optional<String> variable = findText(key + "-env");
        if (file.isPresent() && variable.isPresent()) {
            throw new ConfigException(key + "-file and " + key + "-env are both set: one secret, one place");
        }
        if (file.isPresent()) {
            return Optional.of(Secret.of(secretFile(key + "-file", file.get())));
        }
        return variable.map(name -> {
            String value = System.getenv(name);
            if (value == null || value.isBlank()) {
                throw new ConfigException(key + "-env names the environment variable " + name + ", which is not set");
            }
            return Secret.of(value.strip());
        });
    }

    /** As {@link #findSecret}, for one that must be there. */
    public Secret secret(String key) {
        return findSecret(key)
                .orElseThrow(() -> new ConfigException(
                        key + "-file (a path) or " + key + "-env (the name of an environment variable) is missing"));
    }

    /** All keys under a prefix such as {@code producer.}, without it: settings that go to a library as they are. */
    public Map<String, String> passThrough(String prefix) {
        Map<String, String> under = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                read.add(key);
                under.put(key.substring(prefix.length()), value);
            }
        });
        return under;
    }

    /** @throws ConfigException naming the keys that nothing has read */
    public void requireAllRead() {
        Set<String> unknown = new TreeSet<>(values.keySet());
        unknown.removeAll(read);
        if (!unknown.isEmpty()) {
            throw new ConfigException(
                    "unknown " + (unknown.size() == 1 ? "key " : "keys ") + String.join(", ", unknown));
        }
    }

    /** The exception for a value that is out of its range. */
    public static ConfigException invalid(String key, String value, String range) {
        return new ConfigException(key + " = " + value + " must be " + range);
    }

    private <T extends Comparable<? super T>> T ranged(
            String key, T otherwise, T min, T max, String kind, Function<String, @Nullable T> parse) {
        Optional<String> text = findText(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        T value = parse.apply(text.get());
        if (value == null || value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw invalid(key, text.get(), kind + " from " + shown(min) + " to " + shown(max));
        }
        return value;
    }

    private static String shown(Object bound) {
        return bound instanceof Duration duration
                ? duration.toString().substring(2).toLowerCase(Locale.ROOT)
                : bound.toString();
    }

    private static @Nullable Long parseLong(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private static @Nullable Double parseDouble(String text) {
        try {
            double value = Double.parseDouble(text);
            return Double.isFinite(value) ? value : null;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private static @Nullable Duration parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "min" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static @Nullable Long parseSize(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        long unit =
                switch (matcher.group(2)) {
                    case "B" -> 1L;
                    case "KiB" -> 1L << 10;
                    case "MiB" -> 1L << 20;
                    default -> 1L << 30;
                };
        long amount = Long.parseLong(matcher.group(1));
        return amount > Long.MAX_VALUE / unit ? null : amount * unit;
    }

    private static String secretFile(String key, String file) {
        try {
            String text =
                    Files.readString(Path.of(file), StandardCharsets.UTF_8).strip();
            if (text.isEmpty()) {
                throw new ConfigException(key + " names " + file + ", which is empty");
            }
            return text;
        } catch (IOException e) {
            throw new ConfigException(key + " names " + file + ", which can't be read: " + e.getMessage());
        }
    }
}
