package io.headrace.demo;

import io.headrace.demo.Climate.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The four real motes, each over another connection, one reading a message. */
final class RealMotes {
    private static final List<Wire> WIRES = List.of(Wire.MQTT_311, Wire.MQTT_5, Wire.MQTT_311_TLS, Wire.MQTT_5_TLS);

    private RealMotes() {}

    static List<DemoDevice> devices(SensorNetwork network) {
        List<DemoDevice> devices = new ArrayList<>();
        network.motes().forEach((mote, series) -> {
            String id = "mote-" + mote;
            Map<String, String> tags = Map.of("source", "real", "site", mote <= 2 ? "indoor" : "outdoor");
            List<Outgoing> sends =
                    series.stream().map(reading -> reading.message(Form.JSON)).toList();
            List<Truth> truths = SensorNetwork.truths(id, series, "labelled: hot water near the mote");
            devices.add(new DemoDevice(id, tags, WIRES.get((mote - 1) % WIRES.size()), sends, truths));
        });
        return devices;
    }
}
