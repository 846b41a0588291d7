package io.headrace.gateway;

import io.headrace.gateway.GatewayProcess.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a gateway used over time, as text to look at and as CSV. */
final class Graph {
    private static final int ROWS = 60;
    private static final int WIDTH = 40;
    private static final double MIB = 1 << 20;

    private Graph() {}

    /** A line for each second, or for each few where there are many. */
    static String of(List<Sample> samples) {
        int step = Math.max(1, (samples.size() + ROWS - 1) / ROWS);
        List<double[]> rows = new ArrayList<>();
        double most = 1;
        for (int i = step; i < samples.size(); i += step) {
            Sample from = samples.get(i - step);
            Sample to = samples.get(i);
            double rate = (to.accepted() - from.accepted()) / Math.max(0.001, to.at() - from.at());
            most = Math.max(most, rate);
            rows.add(new double[] {
                to.at(), rate, to.heap() / MIB, to.direct() / MIB, to.inFlight() / MIB, to.connections()
            });
        }
        StringBuilder text = new StringBuilder("     s    acks/s  heap MiB  direct MiB  in flight MiB  connections\n");
        for (double[] row : rows) {
            text.append("%6.0f %9.0f %9.1f %11.1f %14.1f %12.0f  %s%n"
                    .formatted(row[0], row[1], row[2], row[3], row[4], row[5], "#".repeat((int)
                                    Math.round(WIDTH * row[1] / most))));
        }
        return text.toString();
    }

    static void write(List<Sample> samples, Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("second,heap_bytes,direct_bytes,connections,in_flight_bytes,accepted");
        for (Sample each : samples) {
            lines.add("%.1f,%d,%d,%d,%d,%d"
                    .formatted(
                            each.at(),
                            each.heap(),
                            each.direct(),
                            each.connections(),
                            each.inFlight(),
                            each.accepted()));
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, lines);
    }
}
