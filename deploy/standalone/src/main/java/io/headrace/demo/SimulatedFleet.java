package io.headrace.demo;

import io.headrace.demo.Climate.Form;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Simulated devices beside the real ones: each takes a stretch of a real mote's series from another phase, with an
 * offset and noise of its own. Every third has one injected fault. The same seed makes the same fleet.
 */
final class SimulatedFleet {
    private static final long SEED = 20_260_101;
    private static final int BATCH = 20;
    private static final List<Fault> FAULTS = List.of(Fault.values());
    private static final List<Wire> WIRES = List.of(Wire.values());
    private static final List<Form> FORMS = List.of(Form.values());
    private static final int BACKLOG = 240;

    private final SensorNetwork network;
    private final Random random = new Random(SEED);

    SimulatedFleet(SensorNetwork network) {
        this.network = network;
    }

    /**
     * @param devices how many
     * @param readings of each
     */
    List<DemoDevice> devices(int devices, int readings) {
        List<List<Climate>> real = List.copyOf(network.motes().values());
        List<DemoDevice> fleet = new ArrayList<>();
        for (int i = 0; i < devices; i++) {
            String id = "simulated-%02d".formatted(i + 1);
            List<Climate> series = derived(real.get(i % real.size()), readings);
            List<Truth> truths = new ArrayList<>(SensorNetwork.truths(id, series, "labelled in the source series"));
            if (i % 3 == 0) {
                inject(FAULTS.get(i / 3 % FAULTS.size()), id, series, truths);
            }
            Wire wire = WIRES.get(i % WIRES.size());
            Map<String, String> tags = Map.of("source", "simulated", "site", i % 2 == 0 ? "north" : "south");
            fleet.add(new DemoDevice(id, tags, wire, sends(i, wire, series), truths));
        }
        return fleet;
    }

    private List<Climate> derived(List<Climate> source, int readings) {
        int phase = random.nextInt(source.size() - readings + 1);
        double warmer = random.nextDouble(-2, 2);
        double damper = random.nextDouble(-4, 4);
        Duration later = SensorNetwork.INTERVAL.multipliedBy(source.size() - readings - phase);
        List<Climate> series = new ArrayList<>();
        for (Climate reading : source.subList(phase, phase + readings)) {
            series.add(new Climate(
                    reading.at().plus(later),
                    reading.humidity() + damper + random.nextGaussian(0, 0.05),
                    reading.temperature() + warmer + random.nextGaussian(0, 0.03),
                    reading.abnormal()));
        }
        return series;
    }

    private void inject(Fault fault, String id, List<Climate> series, List<Truth> truths) {
        int from = series.size() / 2 + random.nextInt(series.size() / 4);
        int to = from + fault.readings();
        for (int i = from; i < to; i++) {
            series.set(i, fault.at(series.get(i)));
        }
        truths.add(new Truth(id, series.get(from).at(), series.get(to - 1).at(), fault.label()));
    }

    /**
     * One reading a message, in a form by the device's number; by HTTP in arrays of {@value #BATCH}. The second sends
     * messages of several readings, the fifth a part of its series an hour late, as after an outage.
     */
    private static List<Outgoing> sends(int number, Wire wire, List<Climate> series) {
        if (wire.takesBatches()) {
            return batches(series, BATCH);
        }
        if (number == 1) {
            return batches(series, 1);
        }
        List<Climate> ordered = number == 2 ? withBacklog(series) : series;
        Form form = wire.tellsFacts() ? FORMS.get(number / 2 % FORMS.size()) : Form.JSON;
        return ordered.stream().map(reading -> reading.message(form)).collect(Collectors.toList());
    }

    private static List<Climate> withBacklog(List<Climate> series) {
        int from = series.size() / 2;
        List<Climate> ordered = new ArrayList<>(series.subList(0, from));
        ordered.addAll(series.subList(from + BACKLOG, series.size()));
        ordered.addAll(series.subList(from, from + BACKLOG));
        return ordered;
    }

    private static List<Outgoing> batches(List<Climate> series, int messagesEach) {
        List<Outgoing> sends = new ArrayList<>();
        for (int from = 0; from < series.size(); from += BATCH) {
            List<Climate> batch = series.subList(from, Math.min(from + BATCH, series.size()));
            String array = batch.stream().map(Climate::json).collect(Collectors.joining(",", "[", "]"));
            int messages = messagesEach == 1 ? 1 : batch.size();
            sends.add(Outgoing.of(
                    batch.getLast().at(),
                    array.getBytes(StandardCharsets.UTF_8),
                    "application/json",
                    Expected.readings(messages, batch.size(), Climate.VALUES)));
        }
        return sends;
    }
}
