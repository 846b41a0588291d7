package io.headrace.gateway.identity;

import io.headrace.catalogue.DeviceId;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What devices' registrations say of how much they may send. Safe for use by several threads. */
public interface RegisteredLimits {
    /**
     * Of one device.
     *
     * @param messagesPerSecond null for the gateway's default
     * @param bytesPerSecond null for the gateway's default
     */
    record Limits(
            @Nullable Integer messagesPerSecond, @Nullable Long bytesPerSecond) {
        /** The gateway's defaults. */
        public static final Limits DEFAULT = new Limits(null, null);
    }

    /** {@link Limits#DEFAULT} for a device that isn't registered. */
    Limits limits(DeviceId device);

    /**
     * Calls back after each change of a registration, on a thread of the view.
     *
     * @param listener must not block
     */
    void onChange(Consumer<DeviceId> listener);
}
