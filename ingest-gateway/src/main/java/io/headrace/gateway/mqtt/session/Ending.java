package io.headrace.gateway.mqtt.session;

import io.headrace.gateway.mqtt.codec.ReasonCode;

/** Why a connection ends that broke no rule. */
public enum Ending {
    TAKEN_OVER(ReasonCode.SESSION_TAKEN_OVER, true, "another connection of the device took over"),
    REVOKED(ReasonCode.ADMINISTRATIVE_ACTION, true, "the device may not be connected any more"),
    SILENT(ReasonCode.KEEP_ALIVE_TIMEOUT, true, "nothing was heard for one and a half keep alive times"),
    SHUTDOWN(ReasonCode.SERVER_SHUTTING_DOWN, true, "the gateway shuts down"),
    NO_CONNECT(ReasonCode.MAXIMUM_CONNECT_TIME, false, "no CONNECT came in time"),
    NOT_READING(ReasonCode.MAXIMUM_CONNECT_TIME, false, "the peer doesn't read what it is sent"),
    TAKEOVER_STORM(
            ReasonCode.CONNECTION_RATE_EXCEEDED,
            true,
            "connections of the device take over from each other all the time"),
    NO_ROOM_FOR_WILL(ReasonCode.QUOTA_EXCEEDED, true, "no room for one more will"),
    NO_ROOM_FOR_PACKET(ReasonCode.SERVER_BUSY, true, "no room for one more large packet"),
    LOST(ReasonCode.UNSPECIFIED_ERROR, false, "the connection was lost");

    private final ReasonCode reason;
    private final boolean told;
    private final String detail;

    Ending(ReasonCode reason, boolean told, String detail) {
        this.reason = reason;
        this.told = told;
        this.detail = detail;
    }

    ReasonCode reason() {
        return reason;
    }

    /** Whether there is somebody to tell. */
    boolean isTold() {
        return told;
    }

    String detail() {
        return detail;
    }
}
