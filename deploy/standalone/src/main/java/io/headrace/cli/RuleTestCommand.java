package io.headrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.client.ApiClient;
import io.headrace.client.ApiException;
import io.headrace.history.History;
import io.headrace.history.History.Asked;
import io.headrace.history.Sources;
import io.headrace.history.Sources.Source;
import io.headrace.history.WrittenAlerts;
import io.headrace.record.Rule;
import io.headrace.streams.backtest.BackTest;
import io.headrace.streams.backtest.Result;
import io.headrace.streams.rules.RuleTrial;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a rule would have done. The processors' own code runs in this process; nothing is written anywhere. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        description = {
            "Shows what a rule would have raised of stored history, beside the rule of that id that is in force now,",
            "and beside the alerts that were really raised. Nothing is stored, sent or changed; Ctrl-C stops it."
        })
final class RuleTestCommand implements Runnable {
    // set by picocli before run
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private ApiOptions options = new ApiOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            description = "A rule that is stored; with --file the one to take of several.")
    private @Nullable String id;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "YAML or JSON: a rule that isn't stored yet, or not as it is.")
    private @Nullable Path file;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            defaultValue = "1d",
            description = "What was received from then on: 2026-03-01T00:00:00Z, or 7d for seven days ago."
                    + " Default: ${DEFAULT-VALUE}")
    private String from = "1d";

    @Option(names = "--to", paramLabel = "TIME", description = "Until then. Default: now.")
    private @Nullable String to;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            description = "How long before --from to begin; what is raised there doesn't count. Default: as long as the"
                    + " rule looks back.")
    private @Nullable String warmUp;

    @Option(names = "--device", paramLabel = "ID", description = "Of this device alone; may be given several times.")
    private Set<String> devices = Set.of();

    @Option(
            names = "--source",
            paramLabel = "WHERE",
            defaultValue = "auto",
            description = "kafka, warm, cold, or auto: Kafka where it reaches back so far, else the cold tier, else the"
                    + " warm one. Default: ${DEFAULT-VALUE}")
    private Source source = Source.AUTO;

    @Option(
            names = "--first",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many alerts to show of each list. Default: ${DEFAULT-VALUE}")
    private int first = 20;

    @Option(
            names = "--at-most",
            paramLabel = "N",
            description = "Leave with 1 where the rule would have raised more alerts than this.")
    private @Nullable Integer atMost;

    @Override
    public void run() {
        Instant now = Instant.now();
        Instant start = PastTime.of("--from", from, now);
        Instant last = to == null ? now : PastTime.of("--to", to, now);
        Instant end = last.isAfter(now) ? now : last; // what is to come has no readings, and no silence either
        if (!start.isBefore(end)) {
            throw new CommandException(ExitCode.USAGE, "--from must be before --to");
        }
        if (first < 0) {
            throw new CommandException(ExitCode.USAGE, "--first must be 0 or more");
        }
        ApiClient api = options.client();
        Optional<Rule> stored = Optional.empty();
        Rule tried;
        if (file == null) {
            tried = stored(api, named(), now)
                    .orElseThrow(() -> new CommandException(ExitCode.REFUSED, "there is no rule " + named()));
        } else {
            tried = ofFile(api, file, now);
            stored = stored(api, tried.getId(), now);
        }
        Optional<Rule> active = stored.filter(Rule::getEnabled);
        Instant begin = start.minus(warmUp(tried, active));
        History history = new Sources(api, now, this::say).history(source, begin);
        Asked asked = new Asked(begin, end, devices, metrics(tried, active));
        Result result = run(new BackTest(tried, active, begin, start), asked, history, new WrittenAlerts(api), start);
        new BackTestPage(spec.commandLine().getOut(), options.output(), first)
                .print(tried, stored, new BackTestPage.Range(start, end, history.source()), result);
        if (atMost != null && result.tried().alerts() > atMost) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "the rule would have raised " + result.tried().alerts() + ", where --at-most is " + atMost);
        }
    }

    private String named() {
        if (id == null) {
            throw new CommandException(ExitCode.USAGE, "give the ID of a rule that is stored, or one in a --file");
        }
        return id;
    }

    private static Optional<Rule> stored(ApiClient api, String id, Instant now) {
        try {
            return Optional.of(
                    DefinitionsFile.rule(api.get("/api/v1/rules/" + ApiClient.encoded(id)), "the control plane", now));
        } catch (ApiException refused) {
            if (refused.status() == 404) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    private Rule ofFile(ApiClient api, Path file, Instant now) {
        List<JsonNode> bodies = DefinitionsFile.bodies(file, "rules").stream()
                .filter(body -> id == null || body.path("id").asText().equals(id))
                .toList();
        if (bodies.size() != 1) {
            throw new CommandException(
                    ExitCode.USAGE,
                    file + " has " + bodies.size() + " rules" + (id == null ? "" : " " + id)
                            + ": one is tried at a time, name it by its ID");
        }
        RuleJudgement judgement = RuleJudgement.ask(api, bodies.getFirst());
        if (!judgement.isValid()) {
            new Printer(spec.commandLine().getOut(), options.output()).lines(judgement.answer(), judgement.words());
            throw RuleJudgement.wrong(1);
        }
        return DefinitionsFile.rule(bodies.getFirst(), file.toString(), now);
    }

    private Duration warmUp(Rule tried, Optional<Rule> active) {
        if (warmUp != null) {
            return PastTime.length("--warm-up", warmUp);
        }
        Duration ofActive = active.map(RuleTrial::lookBack).orElse(Duration.ZERO);
        Duration ofTried = RuleTrial.lookBack(tried);
        return ofActive.compareTo(ofTried) > 0 ? ofActive : ofTried;
    }

    /** Of a rule that names the metrics that it looks at, readings without these say nothing. */
    private static Set<String> metrics(Rule tried, Optional<Rule> active) {
        Set<String> metrics = new HashSet<>();
        for (Rule rule : active.isPresent() ? List.of(tried, active.get()) : List.of(tried)) {
            Set<String> named = RuleTrial.metricsNeeded(rule);
            if (named.isEmpty()) {
                return Set.of();
            }
            metrics.addAll(named);
        }
        return metrics;
    }

    private void say(String text) {
        spec.commandLine().getErr().println("headrace: " + text);
        spec.commandLine().getErr().flush();
    }

    private Result run(BackTest test, Asked asked, History history, WrittenAlerts written, Instant start) {
        ReadSoFar shown = new ReadSoFar(
                spec.commandLine().getErr(), history.source().toLowerCase(Locale.ROOT), asked.from(), asked.to());
        history.read(asked, reading -> {
            test.take(reading);
            shown.at(reading.getReceivedAt());
        });
        shown.end();
        return test.end(asked.to(), written.find(test.rule(), start, asked.to(), asked.devices()));
    }
}
