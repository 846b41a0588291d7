package io.headrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    @TempDir
    Path folder;

    @Test
    void aFileIsReadWithCommentsBlankLinesAndBothSeparators() throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("a.conf"), "# a comment\n\na.b = 1\nc-d: two words \n");

        // When
        Settings settings = Settings.load(file);

        // Then
        assertThat(settings.integer("a.b", 0, 0, 9)).isEqualTo(1);
        assertThat(settings.text("c-d")).isEqualTo("two words");
        settings.requireAllRead();
    }

    @Test
    void aKeyTwiceIsRefusedWithItsLine() throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("a.conf"), "a = 1\na = 2\n");

        // When // Then
        assertThatThrownBy(() -> Settings.load(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("line 2 sets a a second time");
    }

    @Test
    void aLineWithoutASeparatorIsRefused() throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("a.conf"), "nonsense\n");

        // When // Then
        assertThatThrownBy(() -> Settings.load(file)).hasMessageContaining("line 1 must be \"key = value\": nonsense");
    }

    @Test
    void aMissingFileIsOneLine() {
        assertThatThrownBy(() -> Settings.load(folder.resolve("none.conf")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("can't read the configuration")
                .hasMessageNotContaining("\n");
    }

    @Test
    void keysThatNothingReadsAreNamed() {
        // Given
        Settings settings = Settings.of(Map.of("known", "1", "mistyped", "2"));
        settings.text("known");

        // When // Then
        assertThatThrownBy(settings::requireAllRead).hasMessage("unknown key mistyped");
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "30s,30000", "2min,120000", "24h,86400000", "7d,604800000"})
    void durationsHaveAUnit(String text, long millis) {
        assertThat(Settings.of(Map.of("k", text)).duration("k", Duration.ZERO, Duration.ZERO, Duration.ofDays(9)))
                .isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({"30", "-1s", "1 week", "10d", "x"})
    void aValueThatIsNoDurationInRangeIsRefusedWithKeyValueAndRange(String text) {
        assertThatThrownBy(() -> Settings.of(Map.of("grace", text))
                        .duration("grace", Duration.ZERO, Duration.ofSeconds(1), Duration.ofDays(9)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("grace = " + text + " must be a duration like 500ms, 30s, 2min, 24h or 7d from 1s to 216h");
    }

    @ParameterizedTest
    @CsvSource({"512B,512", "64KiB,65536", "256MiB,268435456", "1GiB,1073741824"})
    void sizesHaveAUnit(String text, long bytes) {
        assertThat(Settings.of(Map.of("k", text)).bytes("k", 0, 0, Long.MAX_VALUE))
                .isEqualTo(bytes);
    }

    @Test
    void aSizeThatOverflowsIsRefused() {
        assertThatThrownBy(() -> Settings.of(Map.of("k", "999999999999GiB")).bytes("k", 0, 0, Long.MAX_VALUE))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void numbersOutOfRangeAndWordsOutOfTheListAreRefused() {
        Settings settings = Settings.of(Map.of("n", "70000", "w", "maybe", "f", "yes", "d", "NaN"));
        assertThatThrownBy(() -> settings.integer("n", 1, 1, 65535))
                .hasMessage("n = 70000 must be a whole number from 1 to 65535");
        assertThatThrownBy(() -> settings.oneOf("w", "none", Set.of("none", "required")))
                .hasMessage("w = maybe must be one of none, required");
        assertThatThrownBy(() -> settings.flag("f", true)).hasMessage("f = yes must be one of false, true");
        assertThatThrownBy(() -> settings.decimal("d", 1, 0, 1)).hasMessageStartingWith("d = NaN must be a number");
    }

    @ParameterizedTest
    @CsvSource({"localhost", "host:", "host:70000", ":1883", "host:1x"})
    void anAddressNeedsHostAndPort(String text) {
        assertThatThrownBy(() -> Settings.of(Map.of("listen", text)).address("listen", "127.0.0.1:1"))
                .hasMessage("listen = " + text + " must be host:port with a port from 0 to 65535");
    }

    @Test
    void aSecretComesFromAFileAndIsNeverPrinted() throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("key"), "hush\n");
        Settings settings = Settings.of(Map.of("key-file", file.toString()));

        // When
        Secret secret = settings.secret("key");

        // Then
        assertThat(secret.reveal().get()).isEqualTo("hush");
        assertThat(secret).hasToString("(secret)");
    }

    @Test
    void aMissingSecretSaysWhereItMayCome() {
        assertThatThrownBy(() -> Settings.of(Map.of()).secret("secrets.master-key"))
                .hasMessage("secrets.master-key-file (a path) or secrets.master-key-env"
                        + " (the name of an environment variable) is missing");
        assertThatThrownBy(() -> Settings.of(Map.of("k-env", "HEADRACE_NOT_SET_ANYWHERE"))
                        .secret("k"))
                .hasMessage("k-env names the environment variable HEADRACE_NOT_SET_ANYWHERE, which is not set");
    }

    @Test
    void settingsUnderAPrefixPassThroughWithoutIt() {
        // Given
        Settings settings =
                Settings.of(Map.of("kafka.client.security.protocol", "SSL", "kafka.bootstrap-servers", "h:1"));

        // When
        KafkaConfig kafka = KafkaConfig.from(settings);

        // Then
        assertThat(kafka.clientSettings())
                .containsEntry("security.protocol", "SSL")
                .containsEntry("bootstrap.servers", "h:1");
        settings.requireAllRead();
    }
}
