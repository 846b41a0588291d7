package io.headrace.streams.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.record.WindowKind;
import io.headrace.streams.window.shape.Calendar;
import io.headrace.streams.window.shape.Session;
import io.headrace.streams.window.shape.Steps;
import io.headrace.streams.window.shape.WindowSpec;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamedWindowsTest {
    private static List<WindowSpec> windows(String... keysAndValues) {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put("processors.windows." + keysAndValues[i], keysAndValues[i + 1]);
        }
        Settings all = Settings.of(settings);
        List<WindowSpec> windows = NamedWindows.from(all);
        all.requireAllRead();
        return windows;
    }

    @Test
    void areOfEveryKind() {
        assertThat(windows(
                        "a.size", "15min",
                        "b.kind", "hopping",
                        "b.size", "10min",
                        "b.hop", "1min",
                        "c.kind", "sliding",
                        "c.size", "1h",
                        "d.kind", "session",
                        "d.gap", "5min",
                        "e.size", "day",
                        "e.zone", "Europe/Berlin",
                        "f.size", "month"))
                .extracting(spec -> spec.name() + " " + spec.shape())
                .containsExactly(
                        "a " + Steps.tumbling(900_000),
                        "b " + new Steps(WindowKind.HOPPING, 600_000, 60_000),
                        "c " + new Steps(WindowKind.SLIDING, 3_600_000, 12_000),
                        "d " + new Session(300_000),
                        "e " + new Calendar(Calendar.Unit.DAY, ZoneId.of("Europe/Berlin")),
                        "f " + new Calendar(Calendar.Unit.MONTH, ZoneId.of("UTC")));
    }

    @Test
    void areForDevicesWithTags() {
        WindowSpec spec = windows("a.size", "1min", "a.when.tag.type", "pump", "a.when.tag.site", "north")
                .getFirst();

        assertThat(spec.takes(Map.of("type", "pump", "site", "north", "other", "x")))
                .isTrue();
        assertThat(spec.takes(Map.of("type", "pump", "site", "south"))).isFalse();
        assertThat(spec.takes(Map.of("type", "pump"))).isFalse();
        assertThat(windows("a.size", "1min").getFirst().takes(Map.of())).isTrue();
    }

    @Test
    void haveOtherStateWhenTheyHaveAnotherShape() {
        WindowSpec before = windows("a.size", "1min").getFirst();

        assertThat(windows("a.size", "1min", "a.group-by", "site").getFirst()).isEqualTo(before);
        assertThat(windows("a.size", "2min").getFirst()).isNotEqualTo(before);
        assertThat(windows("b.size", "1min").getFirst()).isNotEqualTo(before);
        assertThat(WindowSpec.plain(60_000, 0)).isNotEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.size | fortnight | processors.windows.a.size = fortnight must be a duration",
                "a.kind | rolling | processors.windows.a.kind = rolling must be one of hopping, session, sliding, tumbling",
                "a.sise | 1min | processors.windows.a.size is missing",
                "A.size | 1min | processors.windows.A.size must be processors.windows.<name>.<key>",
                "a | 1min | processors.windows.a must be processors.windows.<name>.<key>"
            })
    void areRefusedWithKeyValueAndRange(String key, String value, String message) {
        assertThatThrownBy(() -> windows(key, value))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void areRefusedWhereTwoKeysDoNotGoTogether() {
        assertThatThrownBy(() -> windows("a.size", "1min", "a.hop", "1s"))
                .hasMessage("unknown key processors.windows.a.hop");
        assertThatThrownBy(() -> windows("a.kind", "hopping", "a.size", "10min", "a.hop", "3min"))
                .hasMessage(
                        "processors.windows.a.hop = 3min must be less than the size and a whole part of it, at least 1/64");
        assertThatThrownBy(() -> windows("a.kind", "hopping", "a.size", "1h", "a.hop", "1s"))
                .hasMessageContaining("at least 1/64");
        assertThatThrownBy(() -> windows("a.kind", "sliding", "a.size", "1s"))
                .hasMessage("processors.windows.a.step is missing: no whole number of seconds is a part of 1000 ms");
        assertThatThrownBy(() -> windows("a.kind", "session")).hasMessage("processors.windows.a.gap is missing");
        assertThatThrownBy(() -> windows("a.size", "day", "a.zone", "Mars/Base"))
                .hasMessageContaining("a time zone");
        assertThatThrownBy(() -> windows("a.size", "1min", "a.group-by", "a/b"))
                .hasMessageContaining("without a slash");
    }
}
