package io.headrace.bench.detect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The Numenta benchmark's own way of scoring, as a Python program of somebody else.
 *
 * @param program the scorer
 * @param labels its windows
 * @param series folder of the series
 */
record Scorer(Path program, Path labels, Path series) {
    /** Names of the profiles, in the order in which they are shown. */
    static final List<String> PROFILES = List.of("standard", "reward_low_FP_rate", "reward_low_FN_rate");

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What a detector is worth.
     *
     * @param profiles score by each of {@link #PROFILES}
     * @param found windows
     * @param windows in all
     * @param falseAlarms rows outside any window
     */
    record Worth(List<Double> profiles, int found, int windows, int falseAlarms) {}

    /** The command, for people. */
    String command(Path results) {
        return String.join(" ", arguments(results));
    }

    private List<String> arguments(Path results) {
        return List.of(
                "python3",
                program.toString(),
                results.toString(),
                "--labels",
                labels.toString(),
                "--data",
                series.toString());
    }

    /** @throws WrongInputException where the labels can't be read, or have none of the series */
    void requireWindowsOf(List<Series> all) {
        JsonNode windows;
        try {
            windows = JSON.readTree(labels.toFile());
        } catch (IOException e) {
            throw new WrongInputException("--labels: " + labels + " isn't JSON", e);
        }
        if (all.stream().noneMatch(each -> windows.has(each.file().toString().replace('\\', '/')))) {
            throw new WrongInputException("--labels: " + labels + " has none of the series below " + series);
        }
    }

    /** At one threshold for all, as shipped. */
    Worth at(double threshold, Path results) throws IOException {
        Path thresholds = Files.createTempFile("thresholds", ".json");
        JsonNode all = JSON.createObjectNode()
                .put(PROFILES.get(0), threshold)
                .put(PROFILES.get(1), threshold)
                .put(PROFILES.get(2), threshold);
        Files.writeString(thresholds, JSON.writeValueAsString(all));
        try {
            return run(results, List.of("--thresholds", thresholds.toString()));
        } finally {
            Files.delete(thresholds);
        }
    }

    /** At the threshold that is best for these series and labels: what a published figure is. */
    Worth atBest(Path results) throws IOException {
        return run(results, List.of());
    }

    private Worth run(Path results, List<String> more) throws IOException {
        List<String> command = new ArrayList<>(arguments(results));
        command.add("--json");
        command.addAll(more);
        JsonNode answer = answer(command);
        List<Double> profiles = new ArrayList<>();
        for (String profile : PROFILES) {
            if (!answer.path(profile).path("score").isNumber()) {
                throw new WrongInputException("--score: " + program + " tells no score of " + profile);
            }
            profiles.add(answer.path(profile).path("score").asDouble());
        }
        JsonNode standard = answer.path(PROFILES.getFirst());
        return new Worth(
                profiles,
                standard.path("windows_detected").asInt(),
                standard.path("windows").asInt(),
                standard.path("fp").asInt());
    }

    private JsonNode answer(List<String> command) throws IOException {
        Path complaints = Files.createTempFile("scorer", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(complaints.toFile())
                    .start();
            byte[] said = process.getInputStream().readAllBytes();
            if (process.waitFor() != 0) {
                List<String> lines = Files.readAllLines(complaints);
                throw new WrongInputException(
                        "--score: " + program + " failed" + (lines.isEmpty() ? "" : ": " + lines.getLast()));
            }
            return JSON.readTree(said);
        } catch (JsonProcessingException e) {
            throw new WrongInputException("--score: " + program + " answers no JSON", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WrongInputException("interrupted", e);
        } finally {
            Files.delete(complaints);
        }
    }
}
