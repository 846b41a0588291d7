package io.headrace.gateway.identity;

import io.headrace.catalogue.DeviceId;

/** Authenticates devices. Safe for use by several threads; no method blocks. */
public interface Identities {
    /**
     * One answer for an unknown device and for a wrong key, in the same time.
     *
     * @param remote who shows them
     */
    Verdict authenticate(Credentials credentials, Remote remote);

    /**
     * Calls back, once, when the device may no longer hold a connection that it has: disabled, quarantined, deleted, or
     * the credential that it used is no longer its own. Within a second of the change in {@code device.registry}.
     *
     * @param device from an {@link Verdict.Accepted} verdict
     * @param onRevoked on a thread of the view; must not block
     * @return closes the watch; called when the connection ends
     */
    Watch watch(Verdict.Accepted device, Runnable onRevoked);

    /** A watch on one connection's right to exist. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /** Whether the view holds everything that was in {@code device.registry} when it was opened. */
    boolean isReady();

    /** Whether such a device exists and is enabled now. */
    boolean isEnabled(DeviceId device);
}
