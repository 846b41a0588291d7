package io.headrace.gateway.identity;

import io.headrace.catalogue.DeviceId;

/** Answer to credentials. */
public sealed interface Verdict {
    /**
     * The connection is this device.
     *
     * @param device whose it is
     * @param proof names the credential that was used, to notice when it is revoked; opaque to adapters
     */
    record Accepted(DeviceId device, String proof) implements Verdict {}

    /**
     * The connection is nobody's.
     *
     * @param why what to answer
     */
    record Rejected(Refusal why) implements Verdict {}

    /** Why a connection is refused. */
    enum Refusal {
        /** Unknown device, wrong key, expired token, foreign certificate: the peer isn't told which. */
        BAD_CREDENTIALS,
        /** The credentials are right, but the device is disabled or quarantined. */
        NOT_ENABLED,
        /** Too many wrong credentials came from there lately: these weren't looked at. Try again later. */
        THROTTLED
    }
}
