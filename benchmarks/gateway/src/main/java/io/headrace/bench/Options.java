package io.headrace.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What to run.
 *
 * @param isJson {@code --output json}
 * @param isQuick {@code --quick}: short windows, for ratios that are only roughly right
 * @param only {@code --only a,b}: systems ({@code tool}, {@code headrace}, {@code vertx}, {@code moquette},
 *     {@code hivemq}, {@code mosquitto+kcat}, {@code idle}); empty for all
 * @param scenarios {@code --scenarios a,b}: of the gateway ({@code full}, {@code steady}, {@code half}, {@code http});
 *     empty for all
 * @param gatewaySettings {@code --set name=value}
 */
record Options(
        boolean isJson,
        boolean isQuick,
        List<String> only,
        List<String> scenarios,
        Map<String, String> gatewaySettings) {
    Options {
        only = List.copyOf(only);
        scenarios = List.copyOf(scenarios);
        gatewaySettings = Map.copyOf(gatewaySettings);
    }

    static Options parse(List<String> arguments) {
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

    boolean wants(String system) {
        return only.isEmpty() || only.contains(system);
    }

    boolean wantsScenario(String name) {
        return scenarios.isEmpty() || scenarios.contains(name);
    }

    /** Seconds before a window at full speed. */
    int warmUp() {
        return isQuick ? 5 : 15;
    }

    /** Seconds of a window. */
    int seconds() {
        return isQuick ? 4 : 8;
    }
}
