package io.headrace.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.catalogue.DeviceId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDataTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final SensorNetwork network = SensorNetwork.load(NOW);

    @TempDir
    Path folder;

    @Test
    void theRealSeriesAreWhole() {
        List<DemoDevice> motes = RealMotes.devices(network);

        assertThat(motes).extracting(DemoDevice::id).containsExactly("mote-1", "mote-2", "mote-3", "mote-4");
        assertThat(motes.stream().mapToInt(mote -> mote.sends().size())).containsExactly(4_417, 4_417, 5_039, 5_041);
        assertThat(network.motes().values().stream().flatMap(List::stream).filter(Climate::abnormal))
                .hasSize(149);
        assertThat(motes.stream().flatMap(mote -> mote.sends().stream()))
                .allMatch(send -> send.at().isBefore(NOW));
    }

    @Test
    void whatIsDerivedSaysSoAndTheSameFleetIsMadeAgain() {
        List<DemoDevice> fleet = new SimulatedFleet(network).devices(12, 500);

        assertThat(fleet)
                .allMatch(device -> device.id().startsWith("simulated-"))
                .allMatch(device -> "simulated".equals(device.tags().get("source")))
                .allMatch(device -> DeviceId.isValid(device.id()));
        assertThat(payloads(new SimulatedFleet(SensorNetwork.load(NOW)).devices(12, 500)))
                .isEqualTo(payloads(fleet));
    }

    @Test
    void theDemoSendsAHundredThousandMessagesAtLeast() {
        long real = RealMotes.devices(network).stream()
                .mapToLong(DemoDataTest::messages)
                .sum();
        long simulated = new SimulatedFleet(network)
                .devices(DemoRun.FLEET, DemoRun.READINGS_EACH).stream()
                        .mapToLong(DemoDataTest::messages)
                        .sum();

        assertThat(real + simulated).isGreaterThanOrEqualTo(100_000);
    }

    @Test
    void everyThirdSimulatedDeviceHasOneInjectedFaultInItsOwnTime() {
        List<DemoDevice> fleet = new SimulatedFleet(network).devices(12, 500);

        for (int i = 0; i < fleet.size(); i++) {
            List<Truth> injected = fleet.get(i).truths().stream()
                    .filter(truth -> truth.label().startsWith("injected"))
                    .toList();
            assertThat(injected).hasSize(i % 3 == 0 ? 1 : 0);
            assertThat(injected)
                    .allMatch(truth ->
                            !truth.to().isBefore(truth.from()) && truth.to().isBefore(NOW));
        }
    }

    @Test
    void jsonOfAReadingCanBeParsed() throws IOException {
        Climate reading = List.copyOf(network.motes().values()).getFirst().getFirst();

        assertThat(new ObjectMapper()
                        .readTree(reading.json())
                        .at("/values/temperature")
                        .asDouble())
                .isEqualTo(reading.temperature());
    }

    @Test
    void aFolderOfSeriesKeepsItsClocksAndSaysWhatItLeavesOut() throws IOException {
        // Given
        Files.createDirectories(folder.resolve("real data"));
        Files.writeString(
                folder.resolve("real data/a b.csv"),
                "timestamp,value\n2014-11-02 01:55:00,1\n2014-11-02 01:00:00,2.5\n2014-11-02T02:00:00Z,3\n1414890300000,4\nnonsense\n");
        Files.writeString(folder.resolve("empty.csv"), "timestamp,value\n");
        Files.writeString(folder.resolve("notes.txt"), "not a series");

        // When
        SeriesFolder series = SeriesFolder.read(folder);

        // Then
        assertThat(series.devices()).hasSize(1);
        DemoDevice device = series.devices().getFirst();
        assertThat(device.id()).isEqualTo("real_data:a_b");
        assertThat(device.sends().stream().map(Outgoing::at))
                .containsExactly(
                        Instant.parse("2014-11-02T01:55:00Z"),
                        Instant.parse("2014-11-02T01:00:00Z"),
                        Instant.parse("2014-11-02T02:00:00Z"),
                        Instant.ofEpochMilli(1_414_890_300_000L));
        assertThat(series.complaints()).hasSize(1).first().asString().contains("1 lines");
    }

    @Test
    void aTruthCoversItsStretchAndALittleAroundIt() {
        Truth truth = new Truth("d", NOW, NOW.plusSeconds(60), "label");

        assertThat(truth.covers("d", NOW.minusSeconds(119))).isTrue();
        assertThat(truth.covers("d", NOW.plusSeconds(181))).isFalse();
        assertThat(truth.covers("e", NOW)).isFalse();
    }

    private static List<String> payloads(List<DemoDevice> fleet) {
        return fleet.stream()
                .flatMap(device -> device.sends().stream())
                .filter(send -> send.contentType().equals(Optional.of("application/json")))
                .map(send -> new String(send.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    private static long messages(DemoDevice device) {
        return device.sends().stream()
                .mapToLong(send -> send.expected().messages())
                .sum();
    }
}
