package io.headrace.streams.detect.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.record.Maintenance;
import io.headrace.record.RuleTarget;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaintenanceBookTest {
    private static final MaintenanceBook BOOK = new MaintenanceBook(List.of(
            maintenance("both", List.of("pump-2"), Map.of("line", "7"), 0, 10),
            maintenance("device", List.of("pump-1", "pump-3"), Map.of(), 10, 20),
            maintenance("everybody", List.of(), Map.of(), 40, 50),
            maintenance("tags", List.of(), Map.of("line", "7", "site", "north"), 20, 30)));

    private static Maintenance maintenance(
            String id, List<String> devices, Map<String, String> tags, int from, int to) {
        Instant zero = Instant.EPOCH;
        return new Maintenance(
                id, new RuleTarget(devices, tags), zero.plusSeconds(from), zero.plusSeconds(to), "", "anna", zero);
    }

    @ParameterizedTest
    @CsvSource({
        "pump-2, 7, north, 0, both",
        "pump-2, 8, north, 0, ''",
        "pump-1, 7, north, 9, ''",
        "pump-1, 8, south, 10, device",
        "pump-1, 8, south, 19, device",
        "pump-1, 8, south, 20, ''",
        "pump-9, 7, north, 20, tags",
        "pump-9, 7, south, 20, ''",
        "pump-9, 8, south, 40, everybody",
        "pump-9, 8, south, 50, ''",
        "pump-9, 8, south, -1, ''"
    })
    void aDeviceIsInOneThatNamesItOrAllOfItsTagsFromItsFirstInstantToBeforeItsEnd(
            String device, String line, String site, int second, String found) {
        assertThat(BOOK.find(device, Map.of("line", line, "site", site), second * 1_000_000L))
                .isEqualTo(found);
    }
}
