package io.headrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the tutorial shows is what the build compiles and tests. */
class TutorialTest {
    private static final Path ROOT = Path.of("..");
    private static final Path EXAMPLE = ROOT.resolve("examples/cold-chain");
    private static final Pattern FILE =
            Pattern.compile("`cold-chain/([^`]+)`:\n\n```[a-z]*\n(.*?)```\n", Pattern.DOTALL);

    @Test
    void everyFileOfTheExampleStandsInTheTutorialAsItIs() throws IOException {
        // Given
        String tutorial = Files.readString(ROOT.resolve("docs/adding-a-processor.md"));

        // When
        Map<String, String> shown = FILE.matcher(tutorial)
                .results()
                .collect(Collectors.toMap(file -> file.group(1), (MatchResult file) -> file.group(2)));

        // Then
        assertThat(shown).isEqualTo(files());
    }

    private static Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(EXAMPLE)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String name = EXAMPLE.relativize(file).toString();
                if (!name.startsWith("target")) {
                    files.put(name, Files.readString(file));
                }
            }
        }
        return files;
    }
}
