package io.headrace.gateway.mqtt.codec;

import java.util.Optional;

/**
 * The bytes break the standard, or a limit: the connection is to be ended.
 *
 * @param reason as MQTT 5 names it
 * @param detail one line for a person, with nothing in it that the peer sent
 * @param version of the connection; of the answer, where the peer asked for a version that doesn't exist here; empty
 *     where no CONNECT told
 */
public record Malformed(ReasonCode reason, String detail, Optional<Version> version) implements Decoded {}
