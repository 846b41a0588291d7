package io.headrace.streams.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiveTimeTest {
    private static final long NOW = System.currentTimeMillis();

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE})
    void a_time_that_no_gateway_writes_is_the_time_of_processing(long timestamp) {
        // Given // When // Then
        assertThat(extracted(timestamp))
                .isBetween(NOW, NOW + Duration.ofMinutes(1).toMillis());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1_000_000_000_000L})
    void any_other_is_taken_as_it_is(long timestamp) {
        // Given // When // Then
        assertThat(extracted(timestamp)).isEqualTo(timestamp);
    }

    private static long extracted(long timestamp) {
        return new ReceiveTime()
                .extract(
                        new ConsumerRecord<>(
                                "raw",
                                0,
                                0,
                                timestamp,
                                TimestampType.CREATE_TIME,
                                0,
                                0,
                                "d1",
                                "",
                                new RecordHeaders(),
                                Optional.empty()),
                        -1);
    }
}
