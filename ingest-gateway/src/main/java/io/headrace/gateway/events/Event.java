package io.headrace.gateway.events;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.identity.Remote;
import io.headrace.record.DeviceEventType;

/**
 * Something that happened to a device's connection or identity.
 *
 * @param device whom it happened to, or who the peer claimed to be
 * @param type what happened
 * @param remote the peer
 * @param reason one line for a person, with nothing in it that the peer sent
 */
record Event(DeviceId device, DeviceEventType type, Remote remote, String reason) {}
