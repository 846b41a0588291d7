package io.headrace.gateway.http;

import io.headrace.gateway.identity.Identities;
import io.headrace.gateway.identity.Verdict;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The devices that one connection has spoken for: ends it when one of them may no longer. Most connections have one; a
 * site's relay may have many, of which the latest are watched. Each request proves anew whose it is, so that this only
 * ends what is open. On the connection's event loop.
 */
final class Watches {
    private static final int MOST = 64;

    private final Identities identities;
    private final Runnable end;
    private final Map<Verdict.Accepted, Identities.Watch> open = new LinkedHashMap<>(4, 0.75f, true);

    /** @param end on any thread */
    Watches(Identities identities, Runnable end) {
        this.identities = identities;
        this.end = end;
    }

    /** @return whether it is the first device of the connection */
    boolean add(Verdict.Accepted device) {
        boolean isFirst = open.isEmpty();
        if (open.get(device) == null) {
            open.put(device, identities.watch(device, end));
        }
        if (open.size() > MOST) {
            Iterator<Identities.Watch> eldestFirst = open.values().iterator();
            eldestFirst.next().close();
            eldestFirst.remove();
        }
        return isFirst;
    }

    void close() {
        open.values().forEach(Identities.Watch::close);
        open.clear();
    }
}
