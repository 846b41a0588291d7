package io.headrace.streams.detect.detector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real readings of sensors to which somebody brought hot water. */
class MotesTest {
    private static final int MOTE = 0;
    private static final int LABEL = 3;

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 2", "4, 1", "4, 2"})
    void theHotWaterIsFoundWithinTenReadingsAndLittleElse(String mote, int column) throws IOException {
        // Given
        List<String[]> rows = rows(mote);
        Replay replay = new Replay(5_000);

        // When
        replay.values(0, rows.size(), i -> Double.parseDouble(rows.get(i)[column]));

        // Then
        int first = 0;
        while (rows.get(first)[LABEL].equals("0")) {
            first++;
        }
        int labelled = first;
        assertThat(replay.onsets()).anyMatch(onset -> onset >= labelled && onset < labelled + 10);
        assertThat(replay.onsets()).hasSizeLessThanOrEqualTo(3);
    }

    private static List<String[]> rows(String mote) throws IOException {
        try (InputStream in = Objects.requireNonNull(MotesTest.class.getResourceAsStream("motes.csv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(","))
                    .filter(row -> row[MOTE].equals(mote))
                    .toList();
        }
    }
}
