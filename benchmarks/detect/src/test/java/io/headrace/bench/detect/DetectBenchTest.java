package io.headrace.bench.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a small series of our own. */
class DetectBenchTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void write() throws IOException {
        StringBuilder rows = new StringBuilder("timestamp,value\n");
        for (int row = 0; row < 300; row++) {
            rows.append("2026-01-01 %02d:%02d:00,%s\n".formatted(row / 60, row % 60, row == 250 ? 90 : 10 + row % 7));
        }
        write("data/pumps/flow.csv", rows.toString());
        write("odd/pumps/flow.csv", "timestamp,value\n2026-01-01 00:00:00,10\nyesterday,ten\n");
        write("bare/pumps/flow.csv", "timestamp,value\n");
        write("none/readme.txt", "no series");
        write("labels/combined_windows.json", "{\"pumps/flow.csv\": []}");
        write("others.json", "{\"pumps/level.csv\": []}");
        write("broken.json", "no JSON");
        write("failing.py", "import sys\nsys.exit('cannot score that')\n");
        write("silent.py", "");
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private int run(Map<String, String> options) {
        List<String> arguments = options.entrySet().stream()
                .filter(each -> !each.getValue().equals("absent"))
                .flatMap(each -> Stream.of(each.getKey(), each.getValue()))
                .toList();
        return DetectBench.run(arguments, new PrintStream(out, true), new PrintStream(err, true));
    }

    private Map<String, String> sound() {
        return new TreeMap<>(Map.of(
                "--series",
                folder + "/data",
                "--results",
                folder + "/results",
                "--detectors",
                "default,habit",
                "--output",
                "json"));
    }

    @Test
    void writesAScoreForEachRowOfEachDetectorWhereItsFolderIs() throws IOException {
        // When
        int code = run(sound());

        // Then
        assertThat(code).isZero();
        for (String detector : List.of("default", "habit")) {
            Path file = folder.resolve("results/" + detector + "/pumps/" + detector + "_flow.csv");
            List<String> rows = Files.readAllLines(file);
            assertThat(rows).hasSize(301).startsWith("timestamp,value,anomaly_score");
            assertThat(rows.get(251)).matches("2026-01-01 04:10:00,90,0\\.[5-9]\\d+");
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"detector\" : \"default\"");
    }

    @ParameterizedTest
    @CsvSource({
        "--series, absent, --series is missing",
        "--series, /nowhere, /nowhere is no folder",
        "--series, odd, yesterday",
        "--series, bare, no rows",
        "--series, none, no .csv",
        "--series, others.json, is no folder",
        "--results, absent, --results is missing",
        "--results, others.json, is no folder",
        "--detectors, oracle, oracle",
        "--detectors, 'habit,', random-cut-forest",
        "--output, xml, table or json",
        "--labels, labels, is no file",
        "--labels, nowhere.json, is no file",
        "--score, nowhere.py, is no file",
        "--score, labels, is no file",
        "--wrong, option, --wrong"
    })
    void whatCannotBeDoneIsOneLineThatNamesTheOption(String option, String value, String said) {
        // Given
        Map<String, String> options = sound();
        boolean isFile = Files.exists(folder.resolve(value)) || value.startsWith("nowhere");
        options.put(option, isFile ? folder.resolve(value).toString() : value);

        // When
        int code = run(options);

        // Then
        assertRefused(code, said);
    }

    @ParameterizedTest
    @CsvSource({
        "failing.py, labels/combined_windows.json, cannot score",
        "silent.py, labels/combined_windows.json, --score",
        "silent.py, others.json, none of the series",
        "silent.py, broken.json, isn't JSON"
    })
    void whatCannotBeScoredIsToo(String score, String labels, String said) {
        // Given
        Map<String, String> options = sound();
        options.put("--score", folder.resolve(score).toString());
        options.put("--labels", folder.resolve(labels).toString());

        // When
        int code = run(options);

        // Then
        assertRefused(code, said);
    }

    private void assertRefused(int code, String said) {
        assertThat(code).isEqualTo(2);
        List<String> lines = err.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("headrace: "))
                .toList();
        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst()).contains(said);
        assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("Traceback", "Exception");
    }
}
