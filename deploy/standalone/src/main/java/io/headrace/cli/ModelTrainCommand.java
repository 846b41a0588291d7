package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.client.ApiException;
import io.headrace.prognosis.Failures;
import io.headrace.prognosis.Lives;
import io.headrace.prognosis.ModelJson;
import io.headrace.prognosis.StepMeans;
import io.headrace.prognosis.StepMeans.Span;
import io.headrace.wear.ModelForm;
import io.headrace.wear.Shape;
import io.headrace.wear.fit.Trained;
import io.headrace.wear.fit.Training;
import io.headrace.wear.fit.UnfitException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** From history to a model. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Fits a model to the history of devices that failed, says how far off it is for devices that it hasn't"
                    + " seen,",
            "and stores it as the model's next version, which judges from a second later on.",
            "Needs 10 failures of 5 devices at least."
        })
final class ModelTrainCommand implements Runnable {
    // set by picocli before run
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private ApiOptions options = new ApiOptions();

    @Option(names = "--name", paramLabel = "NAME", required = true, description = "The model's name.")
    private String name = "";

    @Option(
            names = "--metrics",
            paramLabel = "METRIC",
            split = ",",
            required = true,
            description = "Whose course tells wear: up to 32, joined by commas.")
    private List<String> metrics = List.of();

    @Option(
            names = "--operating",
            paramLabel = "METRIC",
            split = ",",
            description =
                    "Metrics that say how a device is being run, load or altitude say: others are judged by what is"
                            + " usual there. Up to 4.")
    private List<String> operating = List.of();

    @Mixin
    private ModelHistory about = new ModelHistory();

    @Option(
            names = "--step",
            paramLabel = "DURATION",
            description = "Over which values are averaged, 1h say. Default: that of the model's version before, else a"
                    + " two hundredth of a life.")
    private @Nullable String step;

    @Option(
            names = "--limit",
            paramLabel = "DURATION",
            description = "Beyond this, what remains isn't told. Default: three fifths of a life in the middle.")
    private @Nullable String limit;

    @Option(
            names = "--device",
            paramLabel = "ID",
            description = "The model is about this device alone; may be given again. Default: all devices.")
    private List<String> devices = List.of();

    @Option(
            names = "--tag",
            paramLabel = "NAME=VALUE",
            description = "The model is about devices with this tag alone; may be given again.")
    private Map<String, String> tags = new LinkedHashMap<>();

    @Option(names = "--dry-run", description = "Say how good the model is, and store nothing.")
    private boolean isDryRun;

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        List<String> all = new ArrayList<>(metrics);
        all.addAll(operating);
        requireDifferent(all);
        Failures failures = about.failures();
        StepMeans history = about.history(options::client, err);
        Span span = about.span(failures, all);
        Duration length = step(history, failures, span);
        Shape shape = new Shape(metrics, operating, length.toMillis() * 1_000);
        Lives lives = Lives.read(history, failures, shape, span);
        lives.passedOver().forEach(err::println);
        Trained trained = fit(shape, lives, length);
        if (!trained.dropped().isEmpty()) {
            err.println("left out, for they never change: " + String.join(", ", trained.dropped()));
        }
        ObjectNode body = ModelJson.of(trained, lives.all(), history.source());
        ObjectNode target = body.putObject("target");
        devices.forEach(target.putArray("devices")::add);
        tags.forEach(target.putObject("tags")::put);
        JsonNode shown = isDryRun ? body : options.client().put(ModelCommand.path(name), body);
        new Printer(spec.commandLine().getOut(), options.output()).lines(shown, said(body, shown));
    }

    private void requireDifferent(List<String> all) {
        if (metrics.size() > ModelForm.MOST_METRICS || operating.size() > ModelForm.MOST_OPERATING) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "at most " + ModelForm.MOST_METRICS + " --metrics and " + ModelForm.MOST_OPERATING
                            + " --operating");
        }
        if (new HashSet<>(all).size() < all.size()) {
            throw new CommandException(ExitCode.USAGE, "a metric is named twice");
        }
    }

    private Duration step(StepMeans history, Failures failures, Span span) {
        if (step != null) {
            return ModelHistory.duration("--step", step, Duration.ofSeconds(1));
        }
        if (!isDryRun) {
            try {
                return Duration.ofMillis(options.client()
                        .get(ModelCommand.path(name))
                        .path("stepMs")
                        .asLong());
            } catch (ApiException none) {
                if (!none.isRefusal()) {
                    throw none;
                }
            }
        }
        return Lives.step(history, failures, span);
    }

    private Trained fit(Shape shape, Lives lives, Duration length) {
        Duration cut = limit == null ? Duration.ZERO : ModelHistory.duration("--limit", limit, length);
        try {
            return Training.of(shape, lives.all(), cut.toMillis() / (double) length.toMillis());
        } catch (UnfitException tooLittle) {
            throw new CommandException(ExitCode.CONFIG, String.valueOf(tooLittle.getMessage()));
        }
    }

    private String said(JsonNode body, JsonNode shown) {
        JsonNode error = body.path("error");
        JsonNode on = body.path("trainedOn");
        double stepMs = body.path("stepMs").asDouble();
        return String.format(
                Locale.ROOT,
                """
                fitted to %d failures of %d devices, %d steps of %s
                what remains is told up to %s
                on devices that it hadn't seen, over their whole lives: off by %s (root mean square; one number for all: %s),
                and %.0f %% within the interval that claims 90
                %s\
                """,
                on.path("lives").asInt(),
                on.path("devices").asInt(),
                on.path("rows").asLong(),
                ModelCommand.words(stepMs),
                ModelCommand.words(body.path("limitSteps").asDouble() * stepMs),
                ModelCommand.words(error.path("rmseMs").asDouble()),
                ModelCommand.words(error.path("rmseOfMeanMs").asDouble()),
                100 * error.path("coverage").asDouble(),
                isDryRun
                        ? "not stored"
                        : "stored as " + name + ", version "
                                + shown.path("version").asLong());
    }
}
