package io.headrace.control.replay;

import io.headrace.catalogue.Erased;

/**
 * Which letters a replay takes. A dry run asks the same sieve. A letter is taken once, ever: what is replayed again is the
 * newer letter that the first replay came to.
 *
 * @param maxReplays letters that were replayed this often are left
 * @param attempts what was replayed so far; notes what this lets through
 * @param erased whose letters stay where they are until they have aged out
 */
record Sieve(Selection selection, int maxReplays, Attempts attempts, Erased erased) {
    /** What a replay does with a letter. */
    enum Fate {
        /** It isn't what was asked for. */
        NOT_MEANT,
        TAKEN,
        ALREADY_REPLAYED,
        REPLAYED_TOO_OFTEN,
        /** It names no message, doesn't have all of its bytes, or is of a device that was erased since. */
        NOT_REPLAYABLE
    }

    Fate fateOf(Letter letter) {
        if (!selection.has(letter)) {
            return Fate.NOT_MEANT;
        }
        if (!letter.isReplayable() || letter.isErased(erased)) {
            return Fate.NOT_REPLAYABLE;
        }
        Place place = letter.place().orElseThrow();
        if (attempts.of(place) > letter.replays()) {
            return Fate.ALREADY_REPLAYED;
        }
        if (letter.replays() >= maxReplays) {
            return Fate.REPLAYED_TOO_OFTEN;
        }
        attempts.note(place, letter.replays() + 1);
        return Fate.TAKEN;
    }
}
