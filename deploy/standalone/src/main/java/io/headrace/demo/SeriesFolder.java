package io.headrace.demo;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder of series, each a CSV file of {@code timestamp,value} with a header, read with all folders in it. Time
 * stamps are ISO 8601, {@code yyyy-MM-dd HH:mm:ss} taken as UTC, or epoch milliseconds; they may step back. One file is
 * one device, named after its path.
 */
final class SeriesFolder {
    private static final DateTimeFormatter PLAIN =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss[.SSS]", Locale.ROOT);
    private static final List<Wire> WIRES = List.of(Wire.values());
    private static final int MAX_ID = 128;

    /** Readings in one HTTP request. */
    private static final int BATCH = 100;

    private final List<DemoDevice> devices = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();

    private record Row(Instant at, double value) {
        String json() {
            return "{\"ts\":" + at.toEpochMilli() + ",\"values\":{\"value\":" + value + "}}";
        }
    }

    private SeriesFolder() {}

    /** @throws IOException where the folder can't be read */
    static SeriesFolder read(Path folder) throws IOException {
        SeriesFolder series = new SeriesFolder();
        Set<String> ids = new HashSet<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(
                            path -> path.toString().toLowerCase(Locale.ROOT).endsWith(".csv"))
                    .sorted()
                    .toList()) {
                series.add(file, idOf(folder.relativize(file), ids));
            }
        }
        return series;
    }

    private static String idOf(Path relative, Set<String> taken) {
        String name = relative.toString();
        name = name.substring(0, name.length() - ".csv".length())
                .replace(java.io.File.separatorChar, ':')
                .replaceAll("[^A-Za-z0-9._:@=,-]", "_");
        name = name.substring(Math.max(0, name.length() - MAX_ID + 4));
        String id = name;
        for (int i = 2; !taken.add(id); i++) {
            id = name + "-" + i;
        }
        return id;
    }

    private void add(Path file, String id) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (MalformedInputException e) {
            complaints.add(file + ": not text in UTF-8; left out");
            return;
        }
        List<Row> rows = new ArrayList<>();
        int unreadable = 0;
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            Optional<Row> row = parse(line);
            if (row.isPresent()) {
                rows.add(row.get());
            } else if (!line.isBlank()) {
                unreadable++;
            }
        }
        if (unreadable > 0) {
            complaints.add(file + ": " + unreadable + " lines aren't timestamp,value; left out");
        }
        if (!rows.isEmpty()) {
            Wire wire = WIRES.get(devices.size() % WIRES.size());
            List<Outgoing> sends = wire.takesBatches() ? batches(rows) : messages(rows);
            devices.add(new DemoDevice(id, Map.of("source", "series"), wire, sends, List.of()));
        }
    }

    private static List<Outgoing> messages(List<Row> rows) {
        return rows.stream()
                .map(row -> Outgoing.json(row.at(), row.json(), Expected.reading(1)))
                .toList();
    }

    private static List<Outgoing> batches(List<Row> rows) {
        List<Outgoing> sends = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += BATCH) {
            List<Row> batch = rows.subList(from, Math.min(from + BATCH, rows.size()));
            String array = batch.stream().map(Row::json).collect(Collectors.joining(",", "[", "]"));
            sends.add(Outgoing.json(batch.getLast().at(), array, Expected.readings(batch.size(), batch.size(), 1)));
        }
        return sends;
    }

    private static Optional<Row> parse(String line) {
        String[] columns = line.split(",", -1);
        if (columns.length < 2) {
            return Optional.empty();
        }
        try {
            double value = Double.parseDouble(columns[1].strip());
            return Double.isFinite(value) ? Optional.of(new Row(time(columns[0].strip()), value)) : Optional.empty();
        } catch (NumberFormatException | DateTimeParseException notARow) {
            return Optional.empty();
        }
    }

    private static Instant time(String text) {
        if (text.matches("\\d{10,16}")) {
            return Instant.ofEpochMilli(Long.parseLong(text));
        }
        return text.indexOf('T') > 0
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text, PLAIN).toInstant(ZoneOffset.UTC);
    }

    List<DemoDevice> devices() {
        return devices;
    }

    /** One line for each file of which something was left out. */
    List<String> complaints() {
        return complaints;
    }
}
