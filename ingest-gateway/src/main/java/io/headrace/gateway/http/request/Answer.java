package io.headrace.gateway.http.request;

import io.headrace.gateway.command.Command;
import io.headrace.gateway.ingest.NotStoredException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** What a request is answered with. */
public sealed interface Answer {
    byte[] NO_BYTES = {};
    Map<String, String> JSON = Map.of("content-type", "application/json");

    /**
     * All of its messages are stored.
     *
     * @param receipts one for each message, in the order of the body
     */
    record Stored(Receipts receipts) implements Answer {}

    /**
     * What the device is to do.
     *
     * @param secondsLeft until it expires
     */
    record Ordered(Command command, long secondsLeft) implements Answer {}

    /** There is nothing to do. */
    enum Nothing implements Answer {
        INSTANCE
    }

    /**
     * The device's answer to a command is stored.
     *
     * @param isFirst whether it is the command's result; otherwise the command had one before
     */
    record Heard(boolean isFirst) implements Answer {}

    /**
     * It is refused.
     *
     * @param why as the device is told
     */
    record Refused(HttpProblem why) implements Answer {}

    /** Answer where a message wasn't stored. */
    static Answer notStored(NotStoredException why) {
        return new Refused(
                switch (why.kind()) {
                    case TOO_LARGE -> HttpProblem.tooLarge("a message is larger than can be stored");
                    case UNAVAILABLE -> HttpProblem.unavailable("not stored, send it again later");
                    case NO_ROOM -> HttpProblem.unavailable("no room, send it again later");
                });
    }

    default HttpResponseStatus status() {
        return switch (this) {
            case Stored ignored -> HttpResponseStatus.ACCEPTED;
            case Ordered ignored -> HttpResponseStatus.OK;
            case Nothing ignored -> HttpResponseStatus.NO_CONTENT;
            case Heard ignored -> HttpResponseStatus.ACCEPTED;
            case Refused refused -> refused.why().status();
        };
    }

    /** Its body. */
    default byte[] body() {
        return switch (this) {
            case Stored stored -> stored.receipts().json();
            case Ordered ordered -> ordered.command().payload();
            case Nothing ignored -> NO_BYTES;
            case Heard heard ->
                ("{\"result\":\"" + (heard.isFirst() ? "stored" : "had one") + "\"}")
                        .getBytes(StandardCharsets.US_ASCII);
            case Refused refused -> refused.why().json().getBytes(StandardCharsets.UTF_8);
        };
    }

    /** Headers that it has besides its length. */
    default Map<String, String> headers() {
        return switch (this) {
            case Stored ignored -> JSON;
            case Ordered ordered -> headers(ordered.command(), ordered.secondsLeft());
            case Nothing ignored -> Map.of();
            case Heard ignored -> JSON;
            case Refused refused -> refused.why().headers();
        };
    }

    /** The name as a part of a URL is written: headers have no other characters. */
    private static Map<String, String> headers(Command command, long secondsLeft) {
        Map<String, String> headers = new HashMap<>();
        headers.put("command-id", command.id());
        headers.put(
                "command-name",
                URLEncoder.encode(command.name(), StandardCharsets.UTF_8).replace("+", "%20"));
        headers.put("expires-in", Long.toString(secondsLeft));
        String type = command.contentType();
        boolean isPlain =
                !type.isEmpty() && StandardCharsets.US_ASCII.newEncoder().canEncode(type);
        headers.put("content-type", isPlain ? type : "application/octet-stream");
        return headers;
    }
}
