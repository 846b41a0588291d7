package io.headrace.gateway.ingest;

import io.headrace.catalogue.DeviceId;
import java.util.List;

/**
 * What a device sent, and what the gateway knows about it.
 *
 * @param device who sent it, authenticated
 * @param payload the bytes as sent; owned by the message from here on, so nobody changes them
 * @param receivedAt gateway's wall clock, epoch milliseconds
 * @param facts headers that say something, of the names in {@link io.headrace.catalogue.Headers}
 */
@SuppressWarnings("ArrayRecordComponent") // the payload is never compared, and copying it would cost on the hot path
public record Message(DeviceId device, byte[] payload, long receivedAt, List<Fact> facts) {
    /**
     * One header.
     *
     * @param name of {@link io.headrace.catalogue.Headers}
     * @param value text, written as UTF-8
     */
    public record Fact(String name, String value) {}

    public Message {
        facts = List.copyOf(facts);
    }
}
