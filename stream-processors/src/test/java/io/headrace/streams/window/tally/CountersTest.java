package io.headrace.streams.window.tally;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CountersTest {
    private final Counters counters = new Counters(List.of("*_total", "energy.*.kwh", "starts"));

    @Test
    void areTheMetricsThatAPatternMatches() {
        assertThat(Stream.of("requests_total", "_total", "a_total_total", "energy.main.kwh", "energy..kwh", "starts"))
                .allMatch(counters::has);
    }

    @Test
    void areNoOthers() {
        assertThat(Stream.of("total", "requests_total.", "energy.kwh", "start", "starts2", ""))
                .noneMatch(counters::has);
    }

    @Test
    void areAllForAStar() {
        assertThat(new Counters(List.of("*")).has("")).isTrue();
        assertThat(new Counters(List.of()).has("a")).isFalse();
    }
}
