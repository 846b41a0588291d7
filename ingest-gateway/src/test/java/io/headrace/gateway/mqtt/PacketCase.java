package io.headrace.gateway.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One line of {@code mqtt/cases.txt}, where the notation is explained.
 *
 * @param line in the file
 * @param statement of the standard
 * @param start {@code new}, {@code v3} or {@code v5}
 * @param bytes in the notation of {@link Bytes}
 * @param answer what must come
 * @param words what the case is about
 */
record PacketCase(int line, String statement, String start, String bytes, String answer, String words) {
    static List<PacketCase> all() {
        try (InputStream file = PacketCase.class.getResourceAsStream("/mqtt/cases.txt")) {
            if (file == null) {
                throw new IllegalStateException("mqtt/cases.txt is missing");
            }
            List<String> lines = new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return IntStream.range(0, lines.size())
                    .filter(i -> !lines.get(i).isBlank() && !lines.get(i).startsWith("#"))
                    .mapToObj(i -> parse(i + 1, lines.get(i)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PacketCase parse(int number, String line) {
        String[] columns = line.split(" \\| ");
        if (columns.length != 5) {
            throw new IllegalStateException("line " + number + " must have five columns");
        }
        return new PacketCase(number, columns[0], columns[1], columns[2].strip(), columns[3].strip(), columns[4]);
    }

    /** The connection at the place where the case begins. */
    Peer peer(Peer.World world) {
        return switch (start) {
            case "v3" -> world.connect3();
            case "v5" -> world.connect5();
            default -> world.open();
        };
    }

    @Override
    public String toString() {
        return line + " " + start + " " + statement + " " + words;
    }
}
