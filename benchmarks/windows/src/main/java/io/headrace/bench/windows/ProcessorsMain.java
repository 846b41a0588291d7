package io.headrace.bench.windows;

import io.headrace.config.Settings;
import io.headrace.streams.Processors;
import io.headrace.streams.ProcessorsConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The processors as a process. Arguments: settings as {@code name=value}. Prints {@code ready} when they process. */
public final class ProcessorsMain {
    private ProcessorsMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        try (Processors processors =
                Processors.start(ProcessorsConfig.from(Settings.of(settings(args))), new SimpleMeterRegistry())) {
            while (!processors.isReady()) {
                processors.failure().ifPresent(ProcessorsMain::fail);
                Thread.sleep(50);
            }
            System.out.println("ready");
            while (System.in.read() >= 0) {
                // until whoever started it is done
            }
        }
    }

    private static void fail(String reason) {
        System.out.println(reason);
        System.exit(1);
    }

    /** Words {@code name=value} as a map. */
    static Map<String, String> settings(String[] words) {
        Map<String, String> settings = new HashMap<>();
        for (String word : words) {
            int at = word.indexOf('=');
            settings.put(word.substring(0, at), word.substring(at + 1));
        }
        return settings;
    }
}
