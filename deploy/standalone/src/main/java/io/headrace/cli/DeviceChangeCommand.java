package io.headrace.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.client.ApiClient;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Changes what readings of a device get beside what it sends. */
@Command(
        name = "change",
        mixinStandardHelpOptions = true,
        description = "Changes tags and units of a device; its next message has them.")
final class DeviceChangeCommand extends DeviceCommand.OnDevice {
    @Option(names = "--tag", paramLabel = "NAME=VALUE", description = "A tag; may be given several times.")
    private Map<String, String> tags = Map.of();

    @Option(names = "--remove-tag", paramLabel = "NAME", description = "May be given several times.")
    private List<String> noTags = List.of();

    @Option(
            names = "--unit",
            paramLabel = "METRIC=UNIT",
            description = "Unit of a metric's values, where the payload gives none: a UCUM code such as [degF].")
    private Map<String, String> units = Map.of();

    @Option(names = "--remove-unit", paramLabel = "METRIC", description = "May be given several times.")
    private List<String> noUnits = List.of();

    @Override
    void ask(ApiClient api, Printer printer) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        add(body, "tags", tags, noTags);
        add(body, "units", units, noUnits);
        printer.object(api.patch(DeviceCommand.one(id()), body));
    }

    private static void add(ObjectNode body, String member, Map<String, String> set, List<String> removed) {
        if (!set.isEmpty() || !removed.isEmpty()) {
            ObjectNode patch = body.putObject(member);
            set.forEach(patch::put);
            removed.forEach(patch::putNull);
        }
    }
}
