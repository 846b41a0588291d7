package io.headrace.control.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.record.Replay;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A replay as the API shows it.
 *
 * @param state {@code running}, {@code done}, {@code cancelled}, {@code failed}
 * @param left letters of the topic that it hasn't looked at yet
 * @param replayed messages on their way through the processors, or through
 * @param notReplayable letters that name no message, or don't hold all of its bytes
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record ReplayView(
        String id,
        String actor,
        Instant createdAt,
        Instant updatedAt,
        String state,
        String topic,
        Optional<String> reason,
        Optional<String> device,
        Optional<Instant> from,
        Optional<Instant> until,
        int rate,
        int maxReplays,
        long left,
        long replayed,
        long alreadyReplayed,
        long replayedTooOften,
        long notReplayable,
        Optional<String> failure) {
    static ReplayView of(Replay replay) {
        Selection selection = Selection.of(replay);
        return new ReplayView(
                replay.getId(),
                replay.getActor(),
                replay.getCreatedAt(),
                replay.getUpdatedAt(),
                replay.getState().name().toLowerCase(Locale.ROOT),
                replay.getTopic(),
                selection.reason(),
                selection.device(),
                selection.from(),
                selection.until(),
                replay.getRate(),
                replay.getMaxReplays(),
                left(replay),
                replay.getReplayed(),
                replay.getAlreadyReplayed(),
                replay.getReplayedTooOften(),
                replay.getNotReplayable(),
                Optional.ofNullable(replay.getFailure()));
    }

    private static long left(Replay replay) {
        long left = 0;
        for (Map.Entry<String, Long> end : replay.getEnd().entrySet()) {
            left += Math.max(0, end.getValue() - replay.getNext().getOrDefault(end.getKey(), 0L));
        }
        return left;
    }
}
