package io.headrace.streams.normalize;

import io.headrace.catalogue.Outcome;
import io.headrace.streams.state.LastCallStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Knows what became of replayed messages, for longer than dead letters are kept: a message is stored by a replay at most
 * once, however often somebody asks for it. Also knows their identities, by receive time as {@link Duplicates} does: of
 * two dead letters that are resends of one message, one is stored.
 */
final class Replayed {
    /** Layout 1: version, number of the replay, code of its outcome. */
    private static final byte VERSION = 1;

    private final WindowStore<String, byte[]> store;
    private final Duplicates identities;

    Replayed(LastCallStore<WindowStore<String, byte[]>> store, Duration duplicateWindow) {
        this.store = store.wrapped();
        this.identities = Duplicates.ofReplays(store, duplicateWindow);
    }

    /** @param lettersKept how long a dead letter is kept; one that was replayed is kept anew */
    static StoreBuilder<LastCallStore<WindowStore<String, byte[]>>> store(
            String name, Duration duplicateWindow, Duration lettersKept) {
        return Duplicates.store(name, duplicateWindow, lettersKept.multipliedBy(2));
    }

    /** Whether this replay is of a message that is a dead letter still, and of its newest one. */
    boolean isDue(Arrival arrival) {
        byte[] entry = store.fetch(key(arrival), time(arrival));
        if (entry == null) {
            return true;
        }
        if (entry[0] != VERSION) {
            throw new IllegalStateException(
                    "replayed messages of version " + entry[0] + " where " + VERSION + " is known");
        }
        ByteBuffer fields = ByteBuffer.wrap(entry, 1, 5);
        int replays = fields.getInt();
        return Outcome.ofCode(fields.get()).isSetAside() && arrival.replays() > replays;
    }

    /** Notes what a replay came to. */
    void done(Arrival arrival, Outcome outcome) {
        byte[] entry = ByteBuffer.allocate(6)
                .put(VERSION)
                .putInt(arrival.replays())
                .put(outcome.code())
                .array();
        store.put(key(arrival), entry, time(arrival));
    }

    boolean isDuplicate(RawMessage message) {
        return identities.isDuplicate(message);
    }

    boolean remember(RawMessage message) {
        return identities.remember(message);
    }

    /** Forgets the identities of a device's messages; what became of an offset says nothing of it. */
    void erase(String device) {
        identities.erase(device);
    }

    private static String key(Arrival arrival) {
        return "o\n" + arrival.origin().getOffset();
    }

    private static long time(Arrival arrival) {
        return arrival.receivedAt().toEpochMilli();
    }
}
