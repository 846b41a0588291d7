package io.headrace.gateway.http.request;

import io.headrace.gateway.ingest.NotStoredException;
import io.headrace.gateway.ingest.Receipt;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;

/** What a request is answered with. */
public sealed interface Answer {
    /**
     * All of its messages are stored.
     *
     * @param receipts one for each message, in the order of the body
     */
    record Stored(List<Receipt> receipts) implements Answer {}

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
            case Refused refused -> refused.why().status();
        };
    }

    /** Its JSON. */
    default String json() {
        return switch (this) {
            case Stored stored -> receipts(stored.receipts());
            case Refused refused -> refused.why().json();
        };
    }

    private static String receipts(List<Receipt> receipts) {
        StringBuilder json = new StringBuilder(20 + 40 * receipts.size()).append("{\"receipts\":[");
        String separator = "";
        for (Receipt receipt : receipts) {
            json.append(separator)
                    .append("{\"partition\":")
                    .append(receipt.partition())
                    .append(",\"offset\":")
                    .append(receipt.offset())
                    .append('}');
            separator = ",";
        }
        return json.append("]}").toString();
    }
}
