package io.headrace.sinks.webhook;

import java.time.Duration;
import java.util.Set;

/**
 * What became of one request.
 *
 * @param outcome what to do about it
 * @param detail one line
 * @param retryAfter what the target asked for; zero where it didn't
 */
record Answer(Outcome outcome, String detail, Duration retryAfter) {
    /** What to do about an answer. */
    enum Outcome {
        DELIVERED,
        /** The target minds this body: it will never take it, and takes others. */
        REFUSED,
        /** The target, or the way to it, minds: somebody mends that, and then nothing is lost. */
        AWAY
    }

    /**
     * What says that the body is at fault: RFC 9110's and 4918's codes for a request that can't be understood, processed or
     * taken at its size. All others are about the target, its address or our credentials, redirects too, which aren't
     * followed.
     */
    private static final Set<Integer> ABOUT_THE_BODY = Set.of(400, 406, 409, 411, 412, 413, 414, 415, 417, 422, 431);

    static Answer of(int status, Duration retryAfter) {
        String detail = "HTTP " + status;
        if (status >= 200 && status < 300) {
            return new Answer(Outcome.DELIVERED, detail, Duration.ZERO);
        }
        return ABOUT_THE_BODY.contains(status)
                ? new Answer(Outcome.REFUSED, detail, Duration.ZERO)
                : new Answer(Outcome.AWAY, detail, retryAfter);
    }

    /** No answer at all. */
    static Answer none(String why) {
        return new Answer(Outcome.AWAY, why, Duration.ZERO);
    }
}
