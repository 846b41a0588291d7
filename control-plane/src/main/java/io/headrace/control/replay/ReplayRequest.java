package io.headrace.control.replay;

import io.headrace.catalogue.Reason;
import io.headrace.control.http.Problem;
import io.headrace.control.http.Times;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the API is asked to replay.
 *
 * @param topic of dead letters; null for {@value #RAW_DEAD_LETTERS}
 * @param reason null for any
 * @param device null for any
 * @param from ISO 8601, inclusive, by receive time; null for no bound
 * @param until exclusive; null for no bound
 * @param partition of the dead-letter topic; null for all
 * @param offset of one letter of that partition; null for all
 * @param dryRun null for false
 * @param rate messages per second; null for the configured one
 * @param maxReplays null for the configured one
 */
record ReplayRequest(
        @Nullable String topic,
        @Nullable String reason,
        @Nullable String device,
        @Nullable String from,
        @Nullable String until,
        @Nullable Integer partition,
        @Nullable Long offset,
        @Nullable Boolean dryRun,
        @Nullable Integer rate,
        @Nullable Integer maxReplays) {
    static final String RAW_DEAD_LETTERS = "telemetry.raw.dlq";

    boolean isDryRun() {
        return Boolean.TRUE.equals(dryRun);
    }

    /** Without the hub's prefix. */
    String letters() {
        return topic == null ? RAW_DEAD_LETTERS : topic;
    }

    /** @throws Problem (400) that says what is wrong and what would be right */
    Selection selection() {
        boolean knownReason = reason == null
                || reason.equals("UNKNOWN")
                || Arrays.stream(Reason.values()).anyMatch(each -> each.name().equals(reason));
        if (!knownReason) {
            throw Problem.badRequest("reason must be one of " + Arrays.toString(Reason.values()));
        }
        if ((partition != null && partition < 0) || (offset != null && (offset < 0 || partition == null))) {
            throw Problem.badRequest("partition and offset must be 0 or more, and an offset needs a partition");
        }
        return new Selection(
                Optional.ofNullable(reason),
                Optional.ofNullable(device),
                Optional.ofNullable(from).map(text -> Times.of("from", text)),
                Optional.ofNullable(until).map(text -> Times.of("until", text)));
    }

    int rate(ReplayConfig config) {
        return within("rate", rate, config.rate(), ReplayConfig.MAX_RATE);
    }

    int maxReplays(ReplayConfig config) {
        return within("maxReplays", maxReplays, config.maxReplays(), ReplayConfig.MAX_REPLAYS);
    }

    private static int within(String name, @Nullable Integer value, int otherwise, int max) {
        if (value != null && (value < 1 || value > max)) {
            throw Problem.badRequest(name + " must be a whole number from 1 to " + max);
        }
        return value == null ? otherwise : value;
    }
}
