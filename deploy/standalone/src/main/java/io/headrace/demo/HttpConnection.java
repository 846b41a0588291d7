package io.headrace.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletionStage;

/** HTTP or HTTPS with basic authentication; one request at a time, since order is kept. */
final class HttpConnection implements Connection {
    private static final int ACCEPTED = 202;

    private final HttpClient client;
    private final URI telemetry;
    private final String authorization;

    /** @param client shared by all; not closed here */
    HttpConnection(HttpClient client, URI base, String device, String key) {
        this.client = client;
        this.telemetry = base.resolve("/v1/telemetry");
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((device + ":" + key).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public CompletionStage<Void> send(Outgoing message) {
        HttpRequest.Builder request = HttpRequest.newBuilder(telemetry)
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", authorization)
                .POST(BodyPublishers.ofByteArray(message.payload()));
        message.contentType().ifPresent(type -> request.header("Content-Type", type));
        message.messageId().ifPresent(id -> request.header("Message-Id", id));
        message.deviceTime().ifPresent(time -> request.header("Device-Time", Long.toString(time.toEpochMilli())));
        message.expiresInSeconds().ifPresent(s -> request.header("Expires-In", Integer.toString(s)));
        return client.sendAsync(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8))
                .thenAccept(answer -> requireReceipts(answer, message.expected().messages()));
    }

    private static void requireReceipts(HttpResponse<String> answer, int messages) {
        if (answer.statusCode() != ACCEPTED) {
            throw new NotAcceptedException("HTTP " + answer.statusCode() + ": " + answer.body());
        }
        int receipts = answer.body().split("\"offset\"", -1).length - 1;
        if (receipts != messages) {
            throw new NotAcceptedException("HTTP gave " + receipts + " receipts for " + messages + " messages");
        }
    }

    @Override
    public int window() {
        return 1;
    }

    @Override
    public void close() {
        // the client keeps its connections for the others
    }
}
