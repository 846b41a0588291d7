package io.headrace.gateway.coap;

import io.headrace.gateway.identity.Verdict;
import io.headrace.gateway.ingest.NotStoredException;
import java.util.concurrent.CompletionException;
import org.eclipse.californium.core.coap.BlockOption;
import org.eclipse.californium.core.coap.CoAP.ResponseCode;
import org.eclipse.californium.core.coap.Response;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered with.
 *
 * @param code of the response
 * @param detail diagnostic payload, a fixed text; empty for none
 * @param maxAge seconds after which to try again; 0 for no Max-Age
 * @param size1 largest body, bytes; 0 for no Size1
 */
record Answer(ResponseCode code, String detail, long maxAge, int size1) {
    static final Answer STORED = of(ResponseCode.CHANGED, "");
    static final Answer CONTINUE = of(ResponseCode.CONTINUE, "");
    static final Answer NO_ROOM = unavailable("no room, try again later");
    static final Answer NOT_STORED = unavailable("not stored, send it again later");
    static final Answer STOPPING = unavailable("the gateway stops");
    private static final long RETRY_SECONDS = 2;
    private static final long NANOS = 1_000_000_000;

    static Answer of(ResponseCode code, String detail) {
        return new Answer(code, detail, 0, 0);
    }

    private static Answer unavailable(String detail) {
        return new Answer(ResponseCode.SERVICE_UNAVAILABLE, detail, RETRY_SECONDS, 0);
    }

    static Answer tooLarge(int limit) {
        return new Answer(ResponseCode.REQUEST_ENTITY_TOO_LARGE, "larger than Size1", 0, limit);
    }

    /** @param nanos until the device may send again */
    static Answer overQuota(long nanos) {
        long seconds = Math.clamp((nanos + NANOS - 1) / NANOS, 1, Integer.MAX_VALUE);
        return new Answer(ResponseCode.TOO_MANY_REQUESTS, "over the device's quota", seconds, 0);
    }

    static Answer of(Verdict.Refusal why) {
        return switch (why) {
            case BAD_CREDENTIALS -> of(ResponseCode.UNAUTHORIZED, "unknown device or wrong credentials");
            case NOT_ENABLED -> of(ResponseCode.FORBIDDEN, "the device is not enabled");
            case THROTTLED ->
                new Answer(ResponseCode.TOO_MANY_REQUESTS, "too many wrong credentials lately", RETRY_SECONDS, 0);
        };
    }

    /** Where a message wasn't stored. */
    static Answer notStored(Throwable failure, int maxPayload) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        NotStoredException.Cause kind =
                cause instanceof NotStoredException known ? known.kind() : NotStoredException.Cause.UNAVAILABLE;
        return switch (kind) {
            case UNAVAILABLE -> NOT_STORED;
            case NO_ROOM -> NO_ROOM;
            case TOO_LARGE -> tooLarge(maxPayload);
        };
    }

    /**
     * A new response.
     *
     * @param block1 of the request, where it had one
     * @param room bytes that the diagnostic payload may have; without that room it is left out
     */
    Response response(@Nullable BlockOption block1, int room) {
        Response response = new Response(code);
        if (block1 != null && code.codeClass == ResponseCode.CHANGED.codeClass) {
            response.getOptions().setBlock1(block1.getSzx(), code == ResponseCode.CONTINUE, block1.getNum());
        }
        if (maxAge > 0) {
            response.getOptions().setMaxAge(maxAge);
        }
        if (size1 > 0) {
            response.getOptions().setSize1(size1);
        }
        if (!detail.isEmpty() && detail.length() <= room) {
            response.setPayload(detail);
        }
        return response;
    }
}
