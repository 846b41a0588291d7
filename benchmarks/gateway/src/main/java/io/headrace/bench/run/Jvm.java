package io.headrace.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How Java programs of a benchmark are started. */
public final class Jvm {
    private final Path root;

    /** @param root the project's folder */
    public Jvm(Path root) {
        this.root = root;
    }

    /** A class of this module. */
    public List<String> own(List<String> options, Class<?> main, List<String> arguments) {
        return command(options, System.getProperty("java.class.path"), main.getName(), arguments);
    }

    /** A peer, with the libraries that it names and none of ours. */
    public List<String> peer(String name, List<String> options, String main, List<String> arguments) {
        Path libraries = root.resolve("benchmarks/peers/" + name + "/target/lib");
        return command(options, libraries + "/*", "io.headrace.bench.peer." + main, arguments);
    }

    /** A program of a library. */
    public List<String> library(List<String> options, String main, List<String> arguments) {
        return command(options, System.getProperty("java.class.path"), main, arguments);
    }

    private static List<String> command(List<String> options, String classPath, String main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main));
        command.addAll(arguments);
        return command;
    }

    /** What the launcher gives the gateway; peers get the same. */
    public static List<String> gatewayOptions() {
        String standard =
                "-Xms256m -Xmx640m -Xmn128m -XX:MaxDirectMemorySize=192m -XX:+UseSerialGC -XX:+UseCompactObjectHeaders"
                        + " --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
                        + (hasLargePages() ? " -XX:+UseTransparentHugePages" : "");
        return List.of(
                System.getProperty("headrace.gateway.jvm", standard).trim().split("\\s+"));
    }

    private static boolean hasLargePages() {
        try {
            return !Files.readString(Path.of("/sys/kernel/mm/transparent_hugepage/enabled"))
                    .contains("[never]");
        } catch (IOException notLinux) {
            return false;
        }
    }
}
