package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.client.ApiClient;
import io.headrace.prognosis.Failures;
import io.headrace.prognosis.Lives;
import io.headrace.prognosis.ModelJson;
import io.headrace.prognosis.StepMeans;
import io.headrace.wear.InvalidModelException;
import io.headrace.wear.WearModel;
import io.headrace.wear.fit.Trained;
import io.headrace.wear.fit.Training;
import io.headrace.wear.fit.UnfitException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Models that tell how much of devices' lives is left. */
@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        description = "Trains, tests, shows and switches models that tell how much of devices' lives is left.",
        subcommands = {
            ModelTrainCommand.class,
            ModelCommand.Evaluate.class,
            ModelCommand.ListAll.class,
            ModelCommand.Show.class,
            ModelCommand.Activate.class,
            ModelCommand.Deactivate.class,
            ModelCommand.Remove.class
        })
final class ModelCommand {
    private static final String MODELS = "/api/v1/models";

    static String path(String name) {
        return MODELS + "/" + ApiClient.encoded(name);
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists models.")
    static final class ListAll extends ClientCommand {
        @Override
        void ask(ApiClient api, Printer printer) {
            JsonNode answer = api.get(MODELS);
            printer.list(
                    answer,
                    answer.path("models"),
                    List.of("name", "version", "enabled", "metrics", "target", "error", "createdAt", "earlierVersion"));
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows a model; its parameters as JSON alone.")
    static final class Show extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The model's name.")
        private String name = "";

        @Override
        void ask(ApiClient api, Printer printer) {
            JsonNode model = api.get(path(name));
            if (model instanceof ObjectNode object && printer.isTable()) {
                object.remove("parameters");
            }
            printer.object(model);
        }
    }

    @Command(
            name = "evaluate",
            mixinStandardHelpOptions = true,
            description = {
                "Tests the stored model on failures, best on ones that it wasn't trained on.",
                "Errors are over all steps of the lives; what remained counts as the limit where it was more."
            })
    static final class Evaluate extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The model's name.")
        private String name = "";

        @Mixin
        private ModelHistory about = new ModelHistory();

        @Override
        void ask(ApiClient api, Printer printer) {
            WearModel model = model(api);
            Failures failures = about.failures();
            StepMeans history = about.history(() -> api, err());
            List<String> metrics = new ArrayList<>(model.shape().metrics());
            metrics.addAll(model.shape().operating());
            Lives lives = Lives.read(history, failures, model.shape(), about.span(failures, metrics));
            lives.passedOver().forEach(err()::println);
            try {
                Trained.Accuracy accuracy = Training.test(model, lives.all());
                double hours = model.shape().stepMicros() / 3.6e9;
                printer.object(JsonNodeFactory.instance
                        .objectNode()
                        .put("lives", lives.all().size())
                        .put("rmseHours", accuracy.rootMeanSquare() * hours)
                        .put("rmseOfMeanHours", accuracy.ofMean() * hours)
                        .put("coverageOf90", accuracy.coverage()));
            } catch (UnfitException tooLittle) {
                throw new CommandException(ExitCode.CONFIG, String.valueOf(tooLittle.getMessage()));
            }
        }

        private WearModel model(ApiClient api) {
            try {
                return ModelJson.read(api.get(path(name)));
            } catch (InvalidModelException unknown) {
                throw new CommandException(ExitCode.REFUSED, "the model's " + unknown.getMessage());
            }
        }
    }

    @Command(
            name = "activate",
            mixinStandardHelpOptions = true,
            description = "Puts a version to work: the one that is stored, or the one before it.")
    static final class Activate extends ClientCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "The model's name.")
        private String name = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "VERSION",
                description = "Its number. Default: the version that is stored.")
        private @Nullable Long version;

        @Override
        void ask(ApiClient api, Printer printer) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            if (version != null) {
                body.put("version", version);
            }
            printer.object(api.post(path(name) + ":activate", body));
        }
    }

    @Command(
            name = "deactivate",
            mixinStandardHelpOptions = true,
            description = "Has a model judge nothing more; its predictions are withdrawn.")
    static final class Deactivate extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The model's name.")
        private String name = "";

        @Override
        void ask(ApiClient api, Printer printer) {
            printer.object(api.post(path(name) + ":deactivate"));
        }
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, description = "Deletes a model, in all versions.")
    static final class Remove extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The model's name.")
        private String name = "";

        @Override
        void ask(ApiClient api, Printer printer) {
            api.delete(path(name));
        }
    }

    /** A duration in words. */
    static String words(double millis) {
        double minutes = millis / Duration.ofMinutes(1).toMillis();
        double hours = minutes / 60;
        if (hours >= 48) {
            return String.format(Locale.ROOT, "%.1f d", hours / 24);
        }
        return hours >= 2
                ? String.format(Locale.ROOT, "%.1f h", hours)
                : String.format(Locale.ROOT, "%.1f min", minutes);
    }
}
