package io.headrace.gateway.amqp.codec;

/** What the bytes received so far amount to. */
public sealed interface Decoded
        permits Performative, Malformed, Decoded.ProtocolHeader, Decoded.Empty, Decoded.Incomplete {
    /**
     * The eight bytes before frames, with {@code AMQP} at their head (section 2.2).
     *
     * @param id 0 for AMQP, 2 for TLS, 3 for SASL
     * @param isVersion1 whether it names version 1.0.0
     */
    record ProtocolHeader(int id, boolean isVersion1) implements Decoded {
        public static final int AMQP = 0;
        public static final int SASL = 3;
    }

    /** A frame without a body: it only says that the peer is there. */
    enum Empty implements Decoded {
        FRAME
    }

    /** More bytes are needed; none were consumed. */
    enum Incomplete implements Decoded {
        INSTANCE
    }
}
