package io.headrace.streams.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesReplayTest {
    @TempDir
    private Path folder;

    @Test
    void aRowIsWrittenForEachRowOfEachSeriesUnderTheDetectorsName() throws IOException {
        // Given
        Path series = folder.resolve("series/pumps/flow.csv");
        Files.createDirectories(series.getParent());
        StringBuilder rows = new StringBuilder("timestamp,value\n");
        for (int i = 0; i < 120; i++) {
            rows.append(String.format("2025-01-01 %02d:%02d:00,%d%n", i / 60, i % 60, i == 100 ? 99 : i % 7));
        }
        Files.writeString(series, rows);

        // When
        SeriesReplay.Cost cost = SeriesReplay.run(folder.resolve("series"), folder.resolve("results"));

        // Then
        List<String> lines = Files.readAllLines(folder.resolve("results/default/pumps/default_flow.csv"));
        assertThat(lines).hasSize(121);
        assertThat(lines.getFirst()).isEqualTo("timestamp,value,anomaly_score");
        assertThat(lines.get(1)).isEqualTo("2025-01-01 00:00:00,0,0.000000");
        assertThat(lines.get(101)).startsWith("2025-01-01 01:40:00,99,0.9");
        assertThat(cost.files()).isEqualTo(1);
        assertThat(cost.rows()).isEqualTo(120);
        assertThat(cost.bytes()).isLessThan(2_048);
    }
}
