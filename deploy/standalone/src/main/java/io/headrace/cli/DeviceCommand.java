package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.client.ApiClient;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Devices: who may send. */
@Command(
        name = "device",
        mixinStandardHelpOptions = true,
        description = "Makes, shows and changes devices.",
        subcommands = {
            DeviceCommand.Create.class,
            DeviceCommand.ListAll.class,
            DeviceCommand.Show.class,
            DeviceChangeCommand.class,
            DeviceCalibrateCommand.class,
            DeviceCommandCommand.class,
            DeviceCommand.Disable.class,
            DeviceCommand.Enable.class,
            DeviceCommand.Delete.class,
            DeviceEraseCommand.class
        })
final class DeviceCommand {
    private static final String DEVICES = "/api/v1/devices";

    /** Path of one device. */
    static String one(String id) {
        return DEVICES + "/" + ApiClient.encoded(id);
    }

    /** A command about one device. */
    abstract static class OnDevice extends ClientCommand {
        @Parameters(paramLabel = "ID", description = "The device's id.")
        private String id = "";

        final String id() {
            return id;
        }
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Makes a device and shows its keys, which nobody can read again later.")
    static final class Create extends OnDevice {
        @Option(names = "--tag", paramLabel = "NAME=VALUE", description = "A tag; may be given several times.")
        private Map<String, String> tags = Map.of();

        @Override
        void ask(ApiClient api, Printer printer) {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("id", id());
            if (!tags.isEmpty()) {
                tags.forEach(body.putObject("tags")::put);
            }
            printer.object(api.post(DEVICES, body));
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists devices by id.")
    static final class ListAll extends ClientCommand {
        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "100",
                description = "At most; 1 to 1000. Default: 100")
        private int limit = 100;

        @Option(
                names = "--after",
                paramLabel = "ID",
                defaultValue = "",
                description = "Only ids that sort after this one.")
        private String after = "";

        @Override
        void ask(ApiClient api, Printer printer) {
            JsonNode answer =
                    api.get(ApiClient.path(DEVICES, Map.of("limit", Integer.toString(limit), "after", after)));
            printer.list(answer, answer.path("devices"), List.of("id", "status", "tags", "createdAt"));
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows one device.")
    static final class Show extends OnDevice {
        @Override
        void ask(ApiClient api, Printer printer) {
            printer.object(api.get(one(id())));
        }
    }

    @Command(
            name = "disable",
            mixinStandardHelpOptions = true,
            description = "Refuses the device; its connections end within a second.")
    static final class Disable extends OnDevice {
        @Override
        void ask(ApiClient api, Printer printer) {
            printer.object(api.post(one(id()) + ":disable"));
        }
    }

    @Command(name = "enable", mixinStandardHelpOptions = true, description = "Lets the device send again.")
    static final class Enable extends OnDevice {
        @Override
        void ask(ApiClient api, Printer printer) {
            printer.object(api.post(one(id()) + ":enable"));
        }
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Deletes the device and its keys; what it has sent is kept, but see erase.")
    static final class Delete extends OnDevice {
        @Override
        void ask(ApiClient api, Printer printer) {
            api.delete(one(id()));
        }
    }
}
