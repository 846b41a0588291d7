package io.headrace.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Foreign programs of this machine, and JavaScript from npm, run with a limit. */
final class Programs {
    private static final long SECONDS = 60;
    private static final Path MODULES = Path.of("target", "node").toAbsolutePath();

    private Programs() {}

    /**
     * What a run came to.
     *
     * @param code of its end; -1 where it took too long
     * @param output all that it printed
     */
    record Ended(int code, String output) {}

    /** Whether a program is on this machine. */
    static boolean isInstalled(String name) {
        return Files.isExecutable(Path.of("/usr/bin", name));
    }

    /** Installs a package from npm beside the build, where node and npm are and npm can be reached. */
    static boolean hasModule(String name, String version) throws IOException, InterruptedException {
        if (!isInstalled("node") || !isInstalled("npm")) {
            return false;
        }
        if (Files.isDirectory(MODULES.resolve("node_modules").resolve(name))) {
            return true;
        }
        Files.createDirectories(MODULES);
        if (!Files.exists(MODULES.resolve("package.json"))) {
            Files.writeString(MODULES.resolve("package.json"), "{\"private\":true}");
        }
        return run(List.of(
                                "npm",
                                "install",
                                "--prefix",
                                MODULES.toString(),
                                "--no-audit",
                                "--no-fund",
                                "--prefer-offline",
                                name + "@" + version))
                        .code()
                == 0;
    }

    /** Folder of what {@link #hasModule} installs. */
    static String modules() {
        return MODULES.resolve("node_modules").toString();
    }

    /** Runs a script that lies beside this class. */
    static Ended node(String script, String... arguments) throws IOException, InterruptedException {
        Files.createDirectories(MODULES);
        Path file = Files.createTempFile(MODULES, "script", "-" + script);
        try (var code = Objects.requireNonNull(Programs.class.getResourceAsStream(script))) {
            Files.write(file, code.readAllBytes());
        }
        List<String> command = new ArrayList<>(List.of("node", file.toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    static Ended run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("program", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Ended(-1, "not over after " + SECONDS + " s");
            }
            return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            Files.delete(output);
        }
    }
}
