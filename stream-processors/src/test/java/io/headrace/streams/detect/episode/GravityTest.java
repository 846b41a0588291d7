package io.headrace.streams.detect.episode;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.record.Severity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GravityTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1, INFO",
        "0.49, 19, INFO",
        "0.49, 20, WARNING",
        "0.5, 1, WARNING",
        "1.99, 1000, WARNING",
        "2, 2, WARNING",
        "2, 3, CRITICAL",
        "1e12, 1, WARNING",
        "Infinity, 3, CRITICAL",
        "NaN, 1, WARNING",
        "NaN, 1000, WARNING"
    })
    void itGoesByHowFarBeyondTheBandAndHowLong(double beyond, long values, Severity severity) {
        assertThat(Gravity.of(beyond, values)).isEqualTo(severity);
    }
}
