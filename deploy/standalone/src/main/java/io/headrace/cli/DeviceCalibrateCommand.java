package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.client.ApiClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets what a metric's values are multiplied by and moved by. */
@Command(
        name = "calibrate",
        mixinStandardHelpOptions = true,
        description = {
            "Calibrates a metric of a device: value * scale + offset, after unit conversion.",
            "With --from, earlier calibrations stay for what was observed before; without, there is only this one."
        })
final class DeviceCalibrateCommand extends DeviceCommand.OnDevice {
    @Parameters(index = "1", paramLabel = "METRIC", description = "The metric's name.")
    private String metric = "";

    @Option(names = "--scale", paramLabel = "X", description = "Not 0. Default: 1.")
    private double scale = 1;

    @Option(names = "--offset", paramLabel = "X", description = "In the unit of the stored values. Default: 0.")
    private double offset;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "First time of observation that it holds for: 2026-01-01T00:00:00Z. Default: always.")
    private @Nullable String from;

    @Option(names = "--clear", description = "Removes all calibrations of the metric.")
    private boolean clear;

    @Override
    void ask(ApiClient api, Printer printer) {
        JsonNode device = api.get(DeviceCommand.one(id()));
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("revision", device.path("revision").asLong());
        ObjectNode byMetric = body.putObject("calibrations");
        if (clear) {
            byMetric.putNull(metric);
        } else {
            put(byMetric.putArray(metric), device.path("calibrations").path(metric));
        }
        printer.object(api.patch(DeviceCommand.one(id()), body));
    }

    private void put(ArrayNode list, JsonNode known) {
        if (from != null) {
            for (JsonNode one : known) {
                if (!from.equals(one.path("from").asText())) {
                    list.add(one);
                }
            }
        }
        ObjectNode added = list.addObject().put("scale", scale).put("offset", offset);
        if (from != null) {
            added.put("from", from);
        }
    }
}
