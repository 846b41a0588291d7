package io.headrace.streams.hot;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.streams.state.HostInfo;

/** Asks the other instances. They answer for themselves, and ask nobody. */
final class Peers implements AutoCloseable {
    /** Header of a question that an instance passes on. */
    static final String FORWARDED = "hr-forwarded";

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    /** @param question of which path and query are taken */
    Answer ask(HostInfo instance, URI question) {
        URI there = URI.create("http://" + instance.host() + ":" + instance.port() + question.getRawPath()
                + (question.getRawQuery() == null ? "" : "?" + question.getRawQuery()));
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(there)
                            .timeout(PATIENCE)
                            .header(FORWARDED, "1")
                            .build(),
                    BodyHandlers.ofString(StandardCharsets.UTF_8));
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            return Answer.unavailable("instance " + instance.host() + ":" + instance.port() + " doesn't answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.unavailable("stopping");
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
