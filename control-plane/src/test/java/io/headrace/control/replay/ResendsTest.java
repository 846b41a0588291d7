package io.headrace.control.replay;

import static io.headrace.control.replay.SieveTest.letter;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ResendsTest {
    private static final Duration WINDOW = Duration.ofMinutes(10);

    private final Resends resends = new Resends();

    @Test
    void theSameIdOfTheSameDeviceWithinTheWindowIsAResend() {
        // Given
        resends.isResend(letter("d1", Headers.MESSAGE_ID, "a", Headers.RECEIVED_AT, "1000000"), WINDOW);

        // When // Then
        assertThat(resends.isResend(letter("d1", Headers.MESSAGE_ID, "a", Headers.RECEIVED_AT, "1599000"), WINDOW))
                .isTrue();
        assertThat(resends.isResend(letter("d2", Headers.MESSAGE_ID, "a", Headers.RECEIVED_AT, "1599000"), WINDOW))
                .isFalse();
        assertThat(resends.isResend(letter("d1", Headers.MESSAGE_ID, "a", Headers.RECEIVED_AT, "1601000"), WINDOW))
                .isFalse();
    }

    @Test
    void aPacketIdIsAResendOnlyWhereTheDeviceSaysSo() {
        // Given
        resends.isResend(letter("d1", Headers.PACKET_ID, "7"), WINDOW);

        // When // Then
        assertThat(resends.isResend(letter("d1", Headers.PACKET_ID, "7"), WINDOW))
                .isFalse();
        assertThat(resends.isResend(letter("d1", Headers.PACKET_ID, "7", Headers.RESEND, "1"), WINDOW))
                .isTrue();
        assertThat(resends.isResend(letter("d1"), WINDOW)).isFalse();
    }
}
