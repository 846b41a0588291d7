package io.headrace.bench.run;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What to run. Which systems and scenarios there are, each benchmark says.
 *
 * @param isJson {@code --output json}
 * @param isQuick {@code --quick}: a short run, for ratios that are only roughly right
 * @param only {@code --only a,b}: systems; empty for all
 * @param scenarios {@code --scenarios a,b}; empty for all
 * @param settings {@code --set name=value}: of the system that is ours
 */
public record Options(
        boolean isJson, boolean isQuick, List<String> only, List<String> scenarios, Map<String, String> settings) {
    public Options {
        only = List.copyOf(only);
        scenarios = List.copyOf(scenarios);
        settings = Map.copyOf(settings);
    }

    /** @throws IllegalArgumentException naming an option that there isn't */
    public static Options parse(List<String> arguments) {
        boolean isJson = false;
        boolean isQuick = false;
        List<String> only = List.of();
        List<String> scenarios = List.of();
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "--quick" -> isQuick = true;
                case "--output" -> isJson = arguments.get(++i).equalsIgnoreCase("json");
                case "--only" -> only = List.of(arguments.get(++i).split(","));
                case "--scenarios" -> scenarios = List.of(arguments.get(++i).split(","));
                case "--set" -> {
                    String setting = arguments.get(++i);
                    int at = setting.indexOf('=');
                    settings.put(setting.substring(0, at), setting.substring(at + 1));
                }
                default -> throw new IllegalArgumentException("unknown option " + arguments.get(i));
            }
        }
        return new Options(isJson, isQuick, only, scenarios, settings);
    }

    public boolean wants(String system) {
        return only.isEmpty() || only.contains(system);
    }

    public boolean wantsScenario(String name) {
        return scenarios.isEmpty() || scenarios.contains(name);
    }
}
