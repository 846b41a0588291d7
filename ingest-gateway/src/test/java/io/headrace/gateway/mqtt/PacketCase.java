package io.headrace.gateway.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One line of {@code mqtt/cases.txt}, where the notation is explained.
 *
 * @param line in the file
 * @param statement of the standard
 * @param start where the connection stands
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

    /** What is sent at once, each once what was sent before it is answered. */
    List<byte[]> segments() {
        return Stream.of(bytes.split(" / ")).map(Bytes::of).toList();
    }

    /** The CONNECT that brought the connection where the case begins; empty where nothing was sent yet. */
    Optional<String> connect() {
        return switch (start) {
            case "v3" -> Optional.of(Peer.CONNECT_3);
            case "v5" -> Optional.of(Peer.CONNECT_5);
            case "small5" -> Optional.of("10 * \"MQTT\" 05 C2 003C {27 00000018} \"d1\" \"d1\" \"k1\"");
            case "quiet5" -> Optional.of("10 * \"MQTT\" 05 C2 003C {17 00} \"d1\" \"d1\" \"k1\"");
            case "new", "back3", "back5", "taken" -> Optional.empty();
            default -> throw new IllegalStateException("no such place: " + start);
        };
    }

    /** What came before the connection. */
    void prepare(Peer.World world) {
        switch (start) {
            case "back3" ->
                world.connected("10 * \"MQTT\" 04 C0 003C \"d1\" \"d1\" \"k1\"")
                        .send("34 * \"telemetry\" 0007 'x' 82 * 0001 \"commands/d1\" 00")
                        .vanish();
            case "back5" ->
                world.connected("10 * \"MQTT\" 05 C0 003C {11 00000E10} \"d1\" \"d1\" \"k1\"")
                        .send("34 * \"telemetry\" 0007 {} 'x' 82 * 0001 {} \"commands/d1\" 00")
                        .vanish();
            case "taken" -> world.connect5();
            default -> {}
        }
    }

    @Override
    public String toString() {
        return line + " " + start + " " + statement + " " + words;
    }
}
