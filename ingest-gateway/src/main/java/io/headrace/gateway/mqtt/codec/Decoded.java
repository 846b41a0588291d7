package io.headrace.gateway.mqtt.codec;

/** What the bytes received so far amount to. */
public sealed interface Decoded permits Packet.FromClient, Malformed, Decoded.Incomplete {
    /** More bytes are needed; none were consumed. */
    enum Incomplete implements Decoded {
        INSTANCE
    }
}
