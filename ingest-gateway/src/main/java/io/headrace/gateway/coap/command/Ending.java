package io.headrace.gateway.coap.command;

/** Why an observation ends. */
enum Ending {
    /** The device observes anew. */
    REPLACED,
    /** The device wants no more. */
    CANCELLED,
    /** The device doesn't know it any more. */
    REJECTED,
    /** A notification wasn't acknowledged. */
    TIMED_OUT,
    /** A large command wasn't asked for to its end. */
    STUCK,
    /** It can't be sent to: its session is over. */
    FAILED,
    /** The device may not any more. */
    REVOKED,
    /** The gateway stops. */
    SHUTDOWN
}
