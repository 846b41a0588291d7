package io.headrace.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One message as a device sends it. */
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        description = "Sends a message as a device does, by HTTP, and prints the receipt.")
final class SendCommand implements Runnable {
    private static final int ACCEPTED = 202;

    // set by picocli before run
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DEVICE", description = "The device's id.")
    private String device = "";

    @Parameters(
            index = "1",
            paramLabel = "PAYLOAD",
            description = "The message, such as {\"temperature\":21.5}; - reads standard input.")
    private String payload = "";

    @Option(
            names = "--key",
            paramLabel = "KEY",
            required = true,
            defaultValue = "${env:HEADRACE_DEVICE_KEY}",
            description = "One of the device's keys. Default: the environment's HEADRACE_DEVICE_KEY.")
    private String key = "";

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "The gateway. Default: ${DEFAULT-VALUE}")
    private URI url = URI.create("http://127.0.0.1:8080");

    @Option(
            names = "--content-type",
            paramLabel = "TYPE",
            defaultValue = "application/json",
            description = "Default: ${DEFAULT-VALUE}")
    private String contentType = "application/json";

    @Option(
            names = "--channel",
            paramLabel = "NAME",
            defaultValue = "",
            description = "What follows telemetry/ in the path.")
    private String channel = "";

    @Override
    public void run() {
        String path = channel.isEmpty() ? "/v1/telemetry" : "/v1/telemetry/" + channel;
        String credentials = Base64.getEncoder().encodeToString((device + ":" + key).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(url.resolve(path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Basic " + credentials)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofByteArray(bytes()))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (answer.statusCode() != ACCEPTED) {
                ExitCode code = answer.statusCode() >= 500 ? ExitCode.UNAVAILABLE : ExitCode.REFUSED;
                throw new CommandException(code, "refused (" + answer.statusCode() + "): " + answer.body());
            }
            spec.commandLine().getOut().println(answer.body());
        } catch (IOException e) {
            throw new CommandException(ExitCode.UNAVAILABLE, url + " doesn't answer: is the gateway up?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.UNAVAILABLE, "interrupted");
        }
    }

    private byte[] bytes() {
        if (!payload.equals("-")) {
            return payload.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return System.in.readAllBytes();
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE, "standard input can't be read: " + e.getMessage());
        }
    }
}
