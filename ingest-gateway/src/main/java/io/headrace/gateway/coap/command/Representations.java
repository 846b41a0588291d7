package io.headrace.gateway.coap.command;

import io.headrace.catalogue.DeviceId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The latest large command of each device, whose further blocks it asks for one by one. Where there are too many, those
 * that were asked for longest ago are forgotten, and their devices begin anew. On the listener's thread.
 */
public final class Representations {
    private static final long BUDGET = 16 << 20;

    private final Map<DeviceId, Representation> byDevice = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    public void put(Representation representation) {
        remove(representation.command().device());
        byDevice.put(representation.command().device(), representation);
        bytes += representation.bytes().length;
        Iterator<Representation> eldestFirst = byDevice.values().iterator();
        while (bytes > BUDGET) {
            bytes -= eldestFirst.next().bytes().length;
            eldestFirst.remove();
        }
    }

    public @Nullable Representation find(DeviceId device) {
        return byDevice.get(device);
    }

    public void remove(DeviceId device) {
        Representation removed = byDevice.remove(device);
        if (removed != null) {
            bytes -= removed.bytes().length;
        }
    }
}
