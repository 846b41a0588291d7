package io.headrace.streams.detect.maintenance;

import io.headrace.record.Maintenance;
import io.headrace.record.Reading;
import io.headrace.streams.detect.episode.Moment;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The maintenance of a hub, live: one thread changes it, all others read the book of the moment. */
public final class Maintenances {
    private final Map<String, Maintenance> byId = new TreeMap<>();
    private volatile @Nullable MaintenanceBook book = MaintenanceBook.EMPTY;

    /** Id of the maintenance that a reading's device was in; empty for none. */
    public String find(Reading reading) {
        MaintenanceBook known = book;
        return (known == null ? made() : known)
                .find(reading.getDeviceId(), reading.getTags(), Moment.micros(reading.getObservedAt()));
    }

    private synchronized MaintenanceBook made() {
        MaintenanceBook made = new MaintenanceBook(byId.values());
        book = made;
        return made;
    }

    /** @param maintenance null where it was removed */
    synchronized void change(String id, @Nullable Maintenance maintenance) {
        if (maintenance == null) {
            byId.remove(id);
        } else {
            byId.put(id, maintenance);
        }
        book = null;
    }
}
