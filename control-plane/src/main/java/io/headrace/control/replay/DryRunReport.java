package io.headrace.control.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * What a replay would do if it ran now.
 *
 * @param dryRun always true: nothing was written
 * @param letters that would be replayed
 * @param outcomes what they would come to, the most first; their counts add up to {@code letters}
 * @param alreadyReplayed letters that would be passed over because they were replayed before
 * @param replayedTooOften letters that would be passed over because of {@code maxReplays}
 * @param notReplayable letters that name no message, or don't hold all of its bytes
 * @param complete false where there were too many letters to look at: the replay itself would take the others too
 */
record DryRunReport(
        boolean dryRun,
        String topic,
        long letters,
        List<Tally> outcomes,
        long alreadyReplayed,
        long replayedTooOften,
        long notReplayable,
        boolean complete) {
    /**
     * Letters that would come to the same.
     *
     * @param outcome as the ledger would call it; of a sink's letters {@code DELIVERED}: what its target says isn't foreseen
     * @param reason of the new dead letter; empty where there would be none
     * @param from reason that they have now
     * @param detail of the first of them
     * @param example place of the first of them, {@code <partition>:<offset>} in the topic
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Tally(
            String outcome,
            Optional<String> reason,
            String from,
            long letters,
            Optional<String> detail,
            String example) {}
}
