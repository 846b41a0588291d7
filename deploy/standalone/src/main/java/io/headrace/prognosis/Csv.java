package io.headrace.prognosis;

import io.headrace.config.ConfigException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lines of a CSV file whose first line names the columns, as RFC 4180 has them, but for line breaks within cells.
 *
 * @param places of the wanted columns
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Csv(String name, int[] places) {
    /** @throws ConfigException where one of the columns isn't there */
    static Csv of(String name, String header, String... wanted) {
        List<String> columns = split(header.strip());
        int[] places = Arrays.stream(wanted).mapToInt(columns::indexOf).toArray();
        for (int i = 0; i < places.length; i++) {
            if (places[i] < 0) {
                throw new ConfigException(name + " must name the columns " + String.join(", ", wanted)
                        + " in its first line: " + wanted[i] + " isn't there");
            }
        }
        return new Csv(name, places);
    }

    /** The wanted cells, in the order in which they were asked for. */
    List<String> cells(String line, int number) {
        List<String> all = split(line);
        List<String> wanted = new ArrayList<>(places.length);
        for (int place : places) {
            if (place >= all.size()) {
                throw new ConfigException(name + ", line " + number + " has " + all.size() + " cells");
            }
            wanted.add(all.get(place));
        }
        return wanted;
    }

    private static List<String> split(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean isQuoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && isQuoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                cell.append(c);
                i++;
            } else if (c == '"') {
                isQuoted = !isQuoted;
            } else if (c == ',' && !isQuoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else if (c != '\r') {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }
}
