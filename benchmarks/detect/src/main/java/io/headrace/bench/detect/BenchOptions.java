package io.headrace.bench.detect;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What to run.
 *
 * @param series {@code --series DIR}: folder whose subfolders hold CSV files of {@code timestamp,value} with a header line
 * @param results {@code --results DIR}: folder for the results, made if need be
 * @param detectors {@code --detectors a,b}; empty for all
 * @param isJson {@code --output json}
 * @param withVariants {@code --variants}: the default also on changed copies
 * @param score {@code --score FILE}: the benchmark's scorer
 * @param labels {@code --labels FILE}: its windows; by default {@code labels/combined_windows.json} beside the series
 */
record BenchOptions(
        Path series,
        Path results,
        List<String> detectors,
        boolean isJson,
        boolean withVariants,
        Optional<Path> score,
        Path labels) {
    private static final Set<String> WITH_VALUE =
            Set.of("--series", "--results", "--detectors", "--output", "--score", "--labels");

    /** @throws IllegalArgumentException naming an option that there isn't, or one that is missing */
    static BenchOptions parse(List<String> arguments) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String option = arguments.get(i);
            if (option.equals("--variants")) {
                given.put(option, "");
            } else if (WITH_VALUE.contains(option) && i + 1 < arguments.size()) {
                given.put(option, arguments.get(++i));
            } else {
                throw new IllegalArgumentException("unknown option, or one without its value: " + option);
            }
        }
        Path series = Path.of(required(given, "--series"));
        String labels = given.get("--labels");
        return new BenchOptions(
                series,
                Path.of(required(given, "--results")),
                given.containsKey("--detectors")
                        ? List.of(given.get("--detectors").split(","))
                        : List.of(),
                "json".equalsIgnoreCase(given.get("--output")),
                given.containsKey("--variants"),
                Optional.ofNullable(given.get("--score")).map(Path::of),
                labels == null ? series.resolveSibling("labels").resolve("combined_windows.json") : Path.of(labels));
    }

    private static String required(Map<String, String> given, String option) {
        String value = given.get(option);
        if (value == null) {
            throw new IllegalArgumentException(option + " is missing");
        }
        return value;
    }

    boolean wants(String detector) {
        return detectors.isEmpty() || detectors.contains(detector);
    }
}
