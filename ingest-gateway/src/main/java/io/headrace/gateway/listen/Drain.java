package io.headrace.gateway.listen;

/**
 * User event to every connection when the gateway stops: take nothing new, answer what was taken, then close. A
 * connection that is open after the drain time is closed as it is.
 */
public enum Drain {
    BEGIN
}
