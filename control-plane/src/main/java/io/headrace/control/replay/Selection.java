package io.headrace.control.replay;

import io.headrace.record.Replay;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * Which dead letters are meant; all of those of a topic where nothing is said.
 *
 * @param reason name of a reason, or {@code UNKNOWN}
 * @param device key of the record
 * @param from inclusive, by receive time
 * @param until exclusive
 */
record Selection(Optional<String> reason, Optional<String> device, Optional<Instant> from, Optional<Instant> until) {
    static Selection of(Replay replay) {
        return new Selection(
                Optional.ofNullable(replay.getReason()),
                Optional.ofNullable(replay.getDevice()),
                Optional.ofNullable(replay.getReceivedFrom()),
                Optional.ofNullable(replay.getReceivedUntil()));
    }

    boolean has(Letter letter) {
        return reason.map(letter.reason()::equals).orElse(true)
                && device.map(id -> isKey(letter, id)).orElse(true)
                && from.map(time -> !letter.receivedAt().isBefore(time)).orElse(true)
                && until.map(time -> letter.receivedAt().isBefore(time)).orElse(true);
    }

    private static boolean isKey(Letter letter, String id) {
        return letter.key()
                .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1).equals(id))
                .orElse(false);
    }
}
