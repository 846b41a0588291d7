package io.headrace.gateway.events;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.identity.Remote;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Events of one test, a line each: {@code connected d1 mqtt/5}, {@code disconnected d1 mqtt/5 <reason>}. */
public final class InMemoryDeviceEvents implements DeviceEvents {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void connected(DeviceId device, Remote remote) {
        lines.add("connected " + device.value() + " " + remote.protocol());
    }

    @Override
    public void disconnected(DeviceId device, Remote remote, String reason) {
        lines.add("disconnected " + device.value() + " " + remote.protocol() + " " + reason);
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }
}
