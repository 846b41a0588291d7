package io.headrace.gateway.command;

import io.headrace.catalogue.DeviceId;

/**
 * What a device is to do.
 *
 * @param id a {@link io.headrace.catalogue.CommandId}; the device may see it more than once, and does it once
 * @param device whose it is
 * @param name what is to be done, as the device knows it: 1 to 256 characters, none of them a control character
 * @param payload as the device gets it; owned by the record and never changed
 * @param contentType of the payload; at most 256 characters, none of them a control character
 * @param expiresAt epoch milliseconds, from which on it isn't offered any more
 */
@SuppressWarnings("ArrayRecordComponent") // holds bytes that are handed on and never compared
public record Command(String id, DeviceId device, String name, byte[] payload, String contentType, long expiresAt) {
    private static final byte[] NOTHING = {};

    /**
     * Whole seconds until it expires, begun ones counted: at least 1.
     *
     * @param now epoch milliseconds
     */
    public long secondsLeft(long now) {
        return Math.max(1, Math.ceilDiv(expiresAt - now, 1000L));
    }

    /** What is left where only the result is still to be told. */
    Command withoutPayload() {
        return new Command(id, device, name, NOTHING, contentType, expiresAt);
    }
}
