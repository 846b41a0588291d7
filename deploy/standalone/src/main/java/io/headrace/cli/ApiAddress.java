package io.headrace.cli;

import io.headrace.client.ApiClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a client command reaches the control plane. */
final class ApiAddress {
    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8090",
            description = "The control plane. Default: ${DEFAULT-VALUE}")
    private URI url = URI.create("http://127.0.0.1:8090");

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            defaultValue = "${env:HEADRACE_TOKEN}",
            description = "A bearer token. Default: the environment's HEADRACE_TOKEN, else the file DATA/admin.token.")
    private @Nullable String token;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "Where the token is looked for: the folder of up. Default: ${DEFAULT-VALUE}")
    private Path data = Path.of("data");

    ApiClient client() {
        return new ApiClient(url, token());
    }

    private String token() {
        if (token != null && !token.isBlank()) {
            return token;
        }
        Path file = data.resolve("admin.token");
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "no token: give --token, set HEADRACE_TOKEN, or name the folder that holds " + file.getFileName()
                            + " with --data (looked for " + file + ")");
        }
    }
}
