package io.headrace.gateway.listen;

import io.headrace.gateway.admission.Source;
import io.netty.util.AttributeKey;
import java.util.HashMap;
import java.util.Map;

/** How many connections are open and how many of them are strangers', by source. Safe for use by several threads. */
final class Census {
    /** A connection's own visit. */
    static final AttributeKey<Visit> VISIT = AttributeKey.valueOf(Visit.class, "headrace");

    private final DoorConfig limits;
    private final Map<Source, Count> sources = new HashMap<>();
    private int strangers;

    private static final class Count {
        private int open;
        private int strangers;
    }

    /** What a source's next connection is to do. */
    enum Answer {
        COME_IN,
        WAIT,
        LEAVE
    }

    Census(DoorConfig limits) {
        this.limits = limits;
    }

    synchronized Answer ask(Source source) {
        Count count = sources.get(source);
        if (count != null && count.open >= limits.maxPerSource()) {
            return Answer.LEAVE;
        }
        boolean isFull = strangers >= limits.maxStrangers()
                || (count != null && count.strangers >= limits.maxStrangersPerSource());
        return isFull ? Answer.WAIT : Answer.COME_IN;
    }

    synchronized boolean hasRoom() {
        return strangers < limits.maxStrangers();
    }

    synchronized int strangers() {
        return strangers;
    }

    /** Counts a stranger's connection; whoever comes in must {@link Visit#end} once. */
    synchronized Visit enter(Source source) {
        Count count = sources.computeIfAbsent(source, _ -> new Count());
        count.open++;
        count.strangers++;
        strangers++;
        return new Visit(source);
    }

    /** One connection from its coming in to its end. */
    final class Visit {
        private final Source source;
        private boolean isStranger = true;

        private Visit(Source source) {
            this.source = source;
        }

        /** It is a device's. */
        void known() {
            synchronized (Census.this) {
                Count count = sources.get(source);
                if (isStranger && count != null) {
                    isStranger = false;
                    count.strangers--;
                    strangers--;
                }
            }
        }

        void end() {
            known();
            synchronized (Census.this) {
                sources.computeIfPresent(source, (_, count) -> --count.open == 0 ? null : count);
            }
        }
    }
}
