package io.headrace.bench.detect;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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

    /**
     * @param contestants names that there are
     * @throws WrongInputException naming the option that there isn't, is missing or can't be done
     */
    static BenchOptions parse(List<String> arguments, List<String> contestants) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String option = arguments.get(i);
            if (option.equals("--variants")) {
                given.put(option, "");
            } else if (WITH_VALUE.contains(option) && i + 1 < arguments.size()) {
                given.put(option, arguments.get(++i));
            } else {
                throw new WrongInputException("unknown option, or one without its value: " + option);
            }
        }
        Path series = folder(given);
        Optional<Path> score = path(given, "--score");
        Optional<Path> labels = path(given, "--labels");
        score.ifPresent(file -> readable("--score", file));
        labels.ifPresent(file -> readable("--labels", file));
        Path windows = labels.orElseGet(() -> series.toAbsolutePath().resolveSibling("labels/combined_windows.json"));
        if (score.isPresent()) {
            readable("--labels", windows);
        }
        return new BenchOptions(
                series,
                results(given),
                detectors(given, contestants),
                isJson(given),
                given.containsKey("--variants"),
                score,
                windows);
    }

    private static Path folder(Map<String, String> given) {
        Path series = required(given, "--series");
        if (!Files.isDirectory(series) || !Files.isReadable(series)) {
            throw new WrongInputException("--series: " + series + " is no folder that can be read");
        }
        return series;
    }

    private static Path results(Map<String, String> given) {
        Path results = required(given, "--results");
        Path there = results.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there) || !Files.isWritable(there)) {
            throw new WrongInputException("--results: " + results + " is no folder that can be written to");
        }
        return results;
    }

    private static List<String> detectors(Map<String, String> given, List<String> contestants) {
        String wanted = given.get("--detectors");
        if (wanted == null) {
            return List.of();
        }
        List<String> detectors =
                Arrays.stream(wanted.split(",", -1)).map(String::strip).toList();
        for (String detector : detectors) {
            if (!contestants.contains(detector)) {
                throw new WrongInputException(
                        "--detectors: there is no \"" + detector + "\", but " + String.join(", ", contestants));
            }
        }
        return detectors;
    }

    private static boolean isJson(Map<String, String> given) {
        return switch (given.getOrDefault("--output", "table").toLowerCase(Locale.ROOT)) {
            case "json" -> true;
            case "table" -> false;
            default -> throw new WrongInputException("--output is table or json");
        };
    }

    private static void readable(String option, Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new WrongInputException(option + ": " + file + " is no file that can be read");
        }
    }

    private static Path required(Map<String, String> given, String option) {
        return path(given, option).orElseThrow(() -> new WrongInputException(option + " is missing"));
    }

    private static Optional<Path> path(Map<String, String> given, String option) {
        try {
            return Optional.ofNullable(given.get(option)).map(Path::of);
        } catch (InvalidPathException e) {
            throw new WrongInputException(option + ": " + e.getMessage(), e);
        }
    }

    boolean wants(String detector) {
        return detectors.isEmpty() || detectors.contains(detector);
    }
}
