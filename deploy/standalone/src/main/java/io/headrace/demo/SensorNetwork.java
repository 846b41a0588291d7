package io.headrace.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The real series: humidity and temperature of four motes, one reading every five seconds, some of them labelled as
 * abnormal (hot water was brought near). The data gives the order and the interval but no time of day: it is placed so
 * that the longest series ends when the demo starts. Source and licence stand beside the data, under {@code demo/wsn}.
 */
final class SensorNetwork {
    static final Duration INTERVAL = Duration.ofSeconds(5);

    private static final String DATA = "/demo/wsn/data.csv";

    private final Map<Integer, List<Climate>> motes = new TreeMap<>();

    private SensorNetwork() {}

    /** @param end event time just after the newest reading */
    static SensorNetwork load(Instant end) {
        Map<Integer, List<String[]>> rows = rows();
        int longest = rows.values().stream().mapToInt(List::size).max().orElse(0);
        Instant first = Instant.ofEpochSecond(end.getEpochSecond()).minus(INTERVAL.multipliedBy(longest));
        SensorNetwork network = new SensorNetwork();
        rows.forEach((mote, lines) -> {
            List<Climate> series = new ArrayList<>();
            for (String[] row : lines) {
                series.add(new Climate(
                        first.plus(INTERVAL.multipliedBy(series.size())),
                        Double.parseDouble(row[3]),
                        Double.parseDouble(row[4]),
                        row[5].equals("1")));
            }
            network.motes.put(mote, series);
        });
        return network;
    }

    private static Map<Integer, List<String[]>> rows() {
        Map<Integer, List<String[]>> rows = new TreeMap<>();
        try (InputStream in = SensorNetwork.class.getResourceAsStream(DATA)) {
            if (in == null) {
                throw new IllegalStateException(DATA + " isn't on the class path");
            }
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            reader.readLine();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] row = line.split(",", -1);
                rows.computeIfAbsent(Integer.valueOf(row[1]), mote -> new ArrayList<>())
                        .add(row);
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + DATA, e);
        }
    }

    /** Mote number to its series, in the order of time. */
    Map<Integer, List<Climate>> motes() {
        return motes;
    }

    /** Stretches of a series that are abnormal, less than a minute apart taken as one. */
    static List<Truth> truths(String device, List<Climate> series, String label) {
        List<Truth> truths = new ArrayList<>();
        for (Climate reading : series) {
            if (!reading.abnormal()) {
                continue;
            }
            Truth last = truths.isEmpty() ? null : truths.getLast();
            if (last != null && Duration.between(last.to(), reading.at()).compareTo(Duration.ofMinutes(1)) < 0) {
                truths.set(truths.size() - 1, new Truth(device, last.from(), reading.at(), label));
            } else {
                truths.add(new Truth(device, reading.at(), reading.at(), label));
            }
        }
        return truths;
    }
}
