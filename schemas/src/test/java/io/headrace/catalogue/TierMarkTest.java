package io.headrace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TierMarkTest {
    @ParameterizedTest
    @CsvSource({
        "7d, 7",
        "36500d, 36500",
        "1, 0",
        "7, 0",
        "7m, 0",
        "d, 0",
        "'', 0",
        "-7d, 0",
        "7 d, 0",
        "99999999999d, 0",
    })
    void a_mark_that_says_no_number_of_its_unit_keeps_for_ever(String text, int days) {
        RecordHeaders headers = new RecordHeaders();
        Headers.set(headers, Headers.TIER_WARM, text);

        assertThat(TierMark.keep(headers, Headers.TIER_WARM, 'd')).isEqualTo(days);
        assertThat(TierMark.keep(headers, Headers.TIER_COLD, 'd')).isZero();
    }
}
