package io.headrace.gateway.edge;

import io.headrace.gateway.ingest.Ingest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Connections that stopped because {@link Ingest} has no room, woken by one callback however many come and go. */
public final class RoomWaiters {
    private final Ingest ingest;
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isAsked = new AtomicBoolean();

    public RoomWaiters(Ingest ingest) {
        this.ingest = ingest;
    }

    /** @param resume the same object for the same connection; runs on any thread */
    public void add(Runnable resume) {
        waiting.add(resume);
        if (isAsked.compareAndSet(false, true)) {
            ingest.whenRoom(this::wake);
        }
    }

    public void remove(Runnable resume) {
        waiting.remove(resume);
    }

    public int size() {
        return waiting.size();
    }

    private void wake() {
        isAsked.set(false);
        for (Runnable resume : Set.copyOf(waiting)) {
            if (waiting.remove(resume)) {
                resume.run();
            }
        }
    }
}
