package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.config.Settings;
import io.headrace.record.ActionEvent;
import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import io.headrace.record.Clock;
import io.headrace.record.Rule;
import io.headrace.streams.fragment.Fragment;
import io.headrace.streams.rules.RulesFragment;
import io.headrace.testkit.FragmentDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules in {@code docs/rules.md}, as they stand there: read by the command line, checked by the control plane, run. */
class RulesGuideTest {
    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Instant START = Instant.parse("2026-02-02T22:00:00Z");

    @TempDir
    private Path folder;

    /** Rules as a fragment of their own. */
    private static final class RulesAlone implements Fragment {
        @Override
        public String name() {
            return "rules";
        }

        @Override
        public Part from(Settings settings) {
            return (builder, readings, scope) -> new RulesFragment(
                            scope.catalogue(), scope.serdes(), scope.meters(), scope.name())
                    .addTo(builder, readings, scope.erased(), scope.registered());
        }
    }

    /** What raises the alert of each rule, and what clears it; the rest of the guide's promises are the fragment's tests. */
    private static Map<String, Consumer<FragmentDriver>> stories() {
        Map<String, Consumer<FragmentDriver>> stories = new TreeMap<>();
        stories.put("hot-under-load", driver -> {
            for (int second = 0; second <= 10; second++) {
                send(driver, second, Map.of("temperature", 81.0, "load", 0.6));
            }
            send(driver, 11, Map.of("temperature", 75.0, "load", 0.6));
            send(driver, 12, Map.of("temperature", 69.0, "load", 0.6));
        });
        stories.put("warmer-than-usual", driver -> {
            for (int minute = 0; minute < 60; minute++) {
                send(driver, minute * 60, Map.of("temperature", 20.0));
            }
            send(driver, 3_600, Map.of("temperature", 30.0));
            send(driver, 3_700, Map.of("temperature", 20.0));
        });
        stories.put("too-hot", driver -> {
            send(driver, 0, Map.of("temperature", 80.5));
            send(driver, 1, Map.of("temperature", 75.0));
        });
        stories.put("silent", driver -> {
            send(driver, 0, Map.of("temperature", 20.0));
            driver.pass(Duration.ofSeconds(301));
            send(driver, 301, Map.of("temperature", 20.0));
        });
        stories.put("stuck", driver -> {
            for (int minute = 0; minute <= 10; minute++) {
                send(driver, minute * 60, Map.of("pressure", 3.0));
            }
            send(driver, 660, Map.of("pressure", 3.1));
        });
        stories.put("rising-fast", driver -> {
            send(driver, 0, Map.of("temperature", 20.0));
            send(driver, 30, Map.of("temperature", 30.1));
            send(driver, 120, Map.of("temperature", 30.1));
        });
        stories.put("unusual", driver -> {
            Random random = new Random(1);
            for (int second = 0; second < 100; second++) {
                send(driver, second, Map.of("vibration", 2 + random.nextDouble()));
            }
            send(driver, 100, Map.of("vibration", 9.0));
            send(driver, 101, Map.of("vibration", 2.5));
        });
        stories.put("tank-empty-soon", driver -> {
            for (int minute = 0; minute < 30; minute++) {
                send(driver, minute * 60, Map.of("level", 60.0 - minute));
            }
            for (int minute = 30; minute < 60; minute++) {
                send(driver, minute * 60, Map.of("level", 30.0));
            }
        });
        stories.put("off-site", driver -> {
            send(driver, 0, Map.of("lat", 52.53, "lon", 13.405));
            send(driver, 1, Map.of("lat", 52.52, "lon", 13.405));
        });
        stories.put("cold-chain-at-night", driver -> {
            for (int second = 0; second <= 60; second++) {
                send(driver, second, Map.of("temperature", 8.5));
            }
            send(driver, 61, Map.of("temperature", 8.0));
        });
        return stories;
    }

    private static void send(FragmentDriver driver, int second, Map<String, ?> values) {
        driver.send("store-1", START.plusSeconds(second), Clock.DEVICE, values);
    }

    @Test
    void everyRuleOfTheGuideIsTakenAndDoesWhatItSays() throws IOException {
        // Given
        List<String> blocks = YAML.matcher(Files.readString(guide()))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
        Map<String, Consumer<FragmentDriver>> stories = stories();

        for (String block : blocks) {
            Path file = Files.writeString(folder.resolve("rule.yaml"), block);
            Rule rule = DefinitionsFile.rules(file, FragmentDriver.START).getFirst();
            assertThat(stories).containsKey(rule.getId());
            Consumer<FragmentDriver> story = Objects.requireNonNull(stories.remove(rule.getId()));

            try (FragmentDriver driver = FragmentDriver.of(new RulesAlone(), Map.of())) {
                // When
                driver.put(driver.catalogue().rules(), rule.getId(), untagged(rule));
                story.accept(driver);

                // Then
                List<Alert> alerts = driver.values(driver.catalogue().alerts());
                assertThat(alerts)
                        .as(rule.getId())
                        .extracting(Alert::getState)
                        .containsExactly(AlertState.RAISED, AlertState.CLEARED);
                assertThat(alerts.getFirst().getMessage()).isNotEmpty();
            }
        }
        assertThat(stories).isEmpty();
    }

    @Test
    void theRuleOfThePageAboutActionsIsTaken() throws IOException {
        String page = Files.readString(guide().resolveSibling("actions.md"));
        String yaml = YAML.matcher(page).results().findFirst().orElseThrow().group(1);
        Path file = Files.writeString(folder.resolve("rule.yaml"), yaml);

        Rule rule = DefinitionsFile.rules(file, FragmentDriver.START).getFirst();

        assertThat(rule.getActions()).hasSize(3);
        assertThat(rule.getActions().get(0).getCommand().getPayload()).isEqualTo("{\"why\":\"${message}\"}");
        assertThat(rule.getActions().get(1).getOn())
                .containsExactly(ActionEvent.RAISED, ActionEvent.ESCALATED, ActionEvent.CLEARED);
        assertThat(rule.getActions().get(2).getEmail().getTo()).hasSize(2);
    }

    /** The driver's readings have no tags. */
    private static Rule untagged(Rule rule) {
        Rule copy = Rule.newBuilder(rule).build();
        copy.getTarget().getTags().clear();
        return copy;
    }

    private static Path guide() {
        // of a module in deploy/
        return Path.of("../../docs/rules.md");
    }
}
