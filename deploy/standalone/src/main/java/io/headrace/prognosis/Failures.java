package io.headrace.prognosis;

import io.headrace.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * When devices failed.
 *
 * @param byDevice times by device, rising
 */
public record Failures(Map<String, List<Instant>> byDevice) {
    /** Most failures that are looked at. */
    private static final int MOST = 5_000;

    /**
     * Reads a CSV file with the columns {@code device} and {@code time} (ISO 8601), named in its first line.
     *
     * @throws ConfigException naming the line
     */
    public static Failures read(Path file) {
        try {
            return of(file.getFileName() + "", Files.readAllLines(file));
        } catch (IOException e) {
            throw new ConfigException("can't read " + file + ": " + e.getMessage());
        }
    }

    static Failures of(String name, List<String> lines) {
        Csv csv = Csv.of(name, lines.isEmpty() ? "" : lines.getFirst(), "device", "time");
        Map<String, TreeSet<Instant>> found = new TreeMap<>();
        int count = 0;
        for (int line = 1; line < lines.size(); line++) {
            if (lines.get(line).isBlank()) {
                continue;
            }
            List<String> cells = csv.cells(lines.get(line), line + 1);
            found.computeIfAbsent(cells.get(0), any -> new TreeSet<>()).add(time(name, cells.get(1), line + 1));
            count++;
        }
        if (count == 0 || count > MOST) {
            throw new ConfigException(name + " has " + count + " failures: it must be 1 to " + MOST);
        }
        Map<String, List<Instant>> all = new TreeMap<>();
        found.forEach((device, times) -> all.put(device, new ArrayList<>(times)));
        return new Failures(all);
    }

    static Instant time(String name, String text, int line) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new ConfigException(
                    name + ", line " + line + ": " + text + " isn't a time such as 2026-03-01T06:00:00Z");
        }
    }

    public List<String> devices() {
        return List.copyOf(byDevice.keySet());
    }

    /** Those before a time. */
    public Failures before(Instant end) {
        Map<String, List<Instant>> some = new TreeMap<>();
        byDevice.forEach((device, times) -> {
            List<Instant> kept =
                    times.stream().filter(time -> time.isBefore(end)).toList();
            if (!kept.isEmpty()) {
                some.put(device, kept);
            }
        });
        if (some.isEmpty()) {
            throw new ConfigException("there is no failure before " + end);
        }
        return new Failures(some);
    }

    public Instant last() {
        return byDevice.values().stream()
                .map(List::getLast)
                .max(Instant::compareTo)
                .orElseThrow();
    }
}
