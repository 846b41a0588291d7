package io.headrace.streams;

import io.headrace.config.Settings;
import io.headrace.streams.actions.ActionsConfig;
import io.headrace.streams.actions.ActionsFragment;
import io.headrace.streams.detect.DetectConfig;
import io.headrace.streams.detect.DetectFragment;
import io.headrace.streams.fragment.Fragment;
import io.headrace.streams.hot.HotConfig;
import io.headrace.streams.hot.HotFragment;
import io.headrace.streams.rules.RulesFragment;
import io.headrace.streams.window.WindowConfig;
import io.headrace.streams.window.WindowFragment;
import java.util.List;
import java.util.function.Function;

/** A processor that comes with Headrace, behind the same door as anybody's. */
record BuiltIn(String name, Function<Settings, Part> reader) implements Fragment {
    /** Raw messages to readings, dead letters and ledger: what all others live on, and none of them. */
    static final String NORMALIZE = "normalize";
    /** Tiers and topics of readings; only together with {@link #NORMALIZE}, whose readings it marks. */
    static final String ROUTE = "route";
    /** What is left of devices' lives; rules take its predictions, too, where both run. */
    static final String PREDICT = "predict";

    static final String RULES = "rules";
    /** Also answers queries. */
    static final String HOT = "hot";

    /** Those that take readings, in the order in which they are wired. */
    static final List<Fragment> ALL = List.of(
            new BuiltIn("window", BuiltIn::window),
            new BuiltIn("detect", BuiltIn::detect),
            new BuiltIn(RULES, BuiltIn::rules),
            new BuiltIn(HOT, BuiltIn::hot));

    @Override
    public Part from(Settings settings) {
        return reader.apply(settings);
    }

    private static Part window(Settings settings) {
        WindowConfig config = WindowConfig.from(settings);
        return (builder, readings, scope) -> {
            WindowFragment window =
                    new WindowFragment(config, scope.catalogue(), scope.serdes(), scope.meters(), scope.name());
            window.addTo(builder, readings);
            scope.erased().ifPresent(window::eraseFrom);
        };
    }

    private static Part detect(Settings settings) {
        DetectConfig config = DetectConfig.from(settings);
        return (builder, readings, scope) -> {
            DetectFragment detect =
                    new DetectFragment(config, scope.catalogue(), scope.serdes(), scope.meters(), scope.name());
            detect.addTo(builder, readings);
            scope.erased().ifPresent(detect::eraseFrom);
        };
    }

    /** A run over history raises alerts, and does nothing about them. */
    private static Part rules(Settings settings) {
        ActionsConfig config = ActionsConfig.from(settings);
        return (builder, readings, scope) -> {
            ActionsFragment actions = new ActionsFragment(
                    config, scope.catalogue(), scope.serdes(), scope.meters(), scope.named("actions"));
            RulesFragment rules = new RulesFragment(
                    scope.catalogue(), scope.serdes(), scope.meters(), scope.name(), actions.watcher());
            rules.addTo(builder, readings, scope.erased(), scope.registered());
            scope.say("failures", rules.failures()::describe);
            if (!scope.catalogue().isShadowed()) {
                actions.addTo(builder);
                scope.erased().ifPresent(actions::eraseFrom);
            }
        };
    }

    private static Part hot(Settings settings) {
        HotConfig config = HotConfig.from(settings);
        return (builder, readings, scope) -> {
            HotFragment hot = new HotFragment(config, scope.meters(), scope.name());
            hot.addTo(builder, readings);
            scope.erased().ifPresent(hot::eraseFrom);
        };
    }
}
