package io.headrace.gateway.listen;

/**
 * User event that a protocol fires from the head of a connection's pipeline once it knows the device: from then on the
 * connection doesn't count as a stranger's.
 */
public enum Authenticated {
    DEVICE
}
