package io.headrace.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One package of npm, in a folder of its own below {@code target}, and scripts of ours that node runs with it. */
final class Npm {
    private static final long SECONDS = 60;

    private final String name;
    private final String version;
    private final Path folder;

    Npm(String name, String version) {
        this.name = name;
        this.version = version;
        this.folder = Path.of("target", name + "-" + version).toAbsolutePath();
    }

    /**
     * What a run came to.
     *
     * @param code of its end
     * @param output its last line
     */
    record Ended(int code, String output) {}

    /** Installs it, where node and npm are and npm can be reached; whether it is there. */
    synchronized boolean isInstalled() throws IOException, InterruptedException {
        if (Files.isDirectory(folder.resolve("node_modules").resolve(name))) {
            return true;
        }
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("package.json"), "{\"private\":true}");
            String wanted = name + "@" + version;
            return run(List.of("npm", "install", "--no-audit", "--no-fund", "--prefer-offline", wanted))
                            .code()
                    == 0;
        } catch (IOException noNpm) {
            return false;
        }
    }

    /** @param script a resource beside this class; its first argument is the folder of modules */
    Ended run(String script, List<String> arguments) throws IOException, InterruptedException {
        Path file = folder.resolve(script);
        try (InputStream code = Npm.class.getResourceAsStream(script)) {
            if (code == null) {
                throw new IllegalStateException(script + " is missing");
            }
            Files.write(file, code.readAllBytes());
        }
        List<String> command = new ArrayList<>(
                List.of("node", file.toString(), folder.resolve("node_modules").toString()));
        command.addAll(arguments);
        return run(command);
    }

    private Ended run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "run", ".log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return new Ended(-1, "not over after " + SECONDS + " s");
        }
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        return new Ended(process.exitValue(), lines.isEmpty() ? "" : lines.getLast());
    }
}
