package io.headrace.streams.normalize;

import io.headrace.streams.registered.DeviceFacts;
import org.jspecify.annotations.Nullable;

/** A device that sent something of late to a task, with what each of its messages asks for: one look finds all of it. */
final class RecentDevice {
    private final String id;
    private final Packets.Row packets;
    private @Nullable DeviceFacts facts;
    private long factsAsOf;

    RecentDevice(String id) {
        this.id = id;
        this.packets = new Packets.Row(id);
    }

    String id() {
        return id;
    }

    Packets.Row packets() {
        return packets;
    }

    /** Null where they were found out before the last of so many changes. */
    @Nullable
    DeviceFacts facts(long changes) {
        return factsAsOf == changes ? facts : null;
    }

    void facts(DeviceFacts found, long changes) {
        facts = found;
        factsAsOf = changes;
    }
}
