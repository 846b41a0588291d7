package io.headrace.gateway.events;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.identity.Remote;

/**
 * Where protocol adapters say what happens to a connection. Refused credentials and certificates that are about to
 * expire are told by {@link io.headrace.gateway.identity.Identities}, for all protocols. Safe for use by several
 * threads; no method blocks.
 */
public interface DeviceEvents {
    /** Tells nobody. */
    DeviceEvents NOBODY = new DeviceEvents() {
        @Override
        public void connected(DeviceId device, Remote remote) {}

        @Override
        public void disconnected(DeviceId device, Remote remote, String reason) {}
    };

    /** A connection is a device's. For protocols that hold connections: one for each HTTP request would say nothing. */
    void connected(DeviceId device, Remote remote);

    /**
     * A connection that {@link #connected} is over.
     *
     * @param reason one line for a person, with nothing in it that the peer sent
     */
    void disconnected(DeviceId device, Remote remote, String reason);
}
