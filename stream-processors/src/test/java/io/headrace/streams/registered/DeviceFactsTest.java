package io.headrace.streams.registered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.record.Calibration;
import io.headrace.record.Device;
import io.headrace.record.DeviceStatus;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviceFactsTest {
    private static final Instant NOON = Instant.parse("2025-07-01T12:00:00.000001Z");

    private static Device device(DeviceStatus status) {
        return Device.newBuilder()
                .setId("d1")
                .setStatus(status)
                .setTags(Map.of("site", "Köln 🏭"))
                .setUnits(Map.of("t", "[degF]"))
                .setCalibrations(
                        Map.of("t", List.of(new Calibration(NOON, 2.0, -1.0), new Calibration(null, 1.5, 0.25))))
                .setCreatedAt(NOON)
                .setUpdatedAt(NOON)
                .setRevision(3)
                .build();
    }

    @Test
    void what_is_stored_is_read_again() {
        // When
        DeviceFacts facts = DeviceFacts.ofStored(
                DeviceFacts.of(device(DeviceStatus.QUARANTINED), 7).stored());

        // Then
        assertThat(facts.isQuarantined()).isTrue();
        assertThat(facts.partition()).isEqualTo(7);
        assertThat(facts.createdAt()).isEqualTo(NOON);
        assertThat(facts.profile().tags()).isEqualTo(Map.of("site", "Köln 🏭"));
        assertThat(facts.profile().units()).isEqualTo(Map.of("t", "[degF]"));
        assertThat(facts.profile().calibrations())
                .isEqualTo(Map.of(
                        "t",
                        List.of(
                                new io.headrace.streams.enrich.Calibration(Instant.MIN, 1.5, 0.25),
                                new io.headrace.streams.enrich.Calibration(NOON, 2, -1))));
    }

    @Test
    void the_layout_is_the_one_that_stores_of_this_name_hold() {
        // Given
        String stored = "03 02 00000003 0000000000000001" // version, disabled, partition, registered
                + "00000001 00000001 61 00000001 62" // the tag a: b
                + "00000000" // no units
                + "00000001 00000001 74 00000001" // of the metric t one calibration
                + "8000000000000000 4000000000000000 3ff0000000000000"; // always, times 2, plus 1

        // When
        DeviceFacts facts = DeviceFacts.ofStored(HexFormat.of().parseHex(stored.replace(" ", "")));

        // Then
        assertThat(facts.status()).isEqualTo(DeviceStatus.DISABLED);
        assertThat(facts.partition()).isEqualTo(3);
        assertThat(facts.createdAt()).isEqualTo(Instant.EPOCH.plusNanos(1_000));
        assertThat(facts.profile().tags()).isEqualTo(Map.of("a", "b"));
        assertThat(facts.profile().calibrations())
                .isEqualTo(Map.of("t", List.of(new io.headrace.streams.enrich.Calibration(Instant.MIN, 2, 1))));
    }

    @Test
    void a_layout_of_another_version_is_no_guess() {
        assertThatThrownBy(() -> DeviceFacts.ofStored(new byte[] {4, 0}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("version 4");
    }

    @Test
    void of_a_device_that_isnt_registered_nothing_is_known() {
        DeviceFacts nobody = DeviceFacts.ofStored(null);
        assertThat(nobody.isQuarantined()).isFalse();
        assertThat(nobody.profile().tags()).isEmpty();
    }
}
