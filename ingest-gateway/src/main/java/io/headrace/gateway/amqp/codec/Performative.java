package io.headrace.gateway.amqp.codec;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * Bodies of frames that a client may send, with the fields that this side looks at. Numbers of 32 bits are unsigned, in a
 * long.
 */
public sealed interface Performative extends Decoded {
    /**
     * SASL: how the client proves who it is (section 5.3.3.2).
     *
     * @param mechanism as sent
     * @param response empty where none was sent
     */
    record SaslInit(String mechanism, Optional<byte[]> response) implements Performative {
        @Override
        public String toString() {
            return "SaslInit[" + mechanism + "]";
        }
    }

    /** Any other frame of SASL: none of them is the client's turn. */
    record OtherSasl() implements Performative {}

    /**
     * Section 2.7.1.
     *
     * @param maxFrameSize that the client takes
     * @param channelMax that the client takes
     * @param idleTimeout milliseconds after which it misses us; 0 for never
     */
    record Open(long maxFrameSize, int channelMax, long idleTimeout) implements Performative {}

    /**
     * Section 2.7.2.
     *
     * @param channel of the frame
     * @param isAnswer whether it answers a begin of ours, and we send none
     * @param nextOutgoingId of the client's first transfer
     * @param handleMax that the client takes
     */
    record Begin(int channel, boolean isAnswer, long nextOutgoingId, long handleMax) implements Performative {}

    /** What is said within a session. */
    sealed interface OnSession extends Performative {
        /** Of the frame; it names the session. */
        int channel();
    }

    /**
     * Section 2.7.3.
     *
     * @param channel of the frame
     * @param name of the link
     * @param handle that the client gives it
     * @param isSender whether the client sends on it
     * @param senderSettles 0 unsettled, 1 settled, 2 mixed
     * @param receiverSettles 0 first, 1 second
     * @param source where messages come from, as encoded
     * @param target where the client wants to send
     * @param initialDeliveryCount of a sender
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and only ever written back
    record Attach(
            int channel,
            String name,
            long handle,
            boolean isSender,
            int senderSettles,
            int receiverSettles,
            byte[] source,
            Target target,
            long initialDeliveryCount)
            implements OnSession {}

    /** Where a client wants to send (section 3.5.4). */
    sealed interface Target {
        /**
         * A node with a name.
         *
         * @param address empty for the anonymous node
         */
        record Node(String address) implements Target {}

        /** A node that is to be made up. */
        enum Dynamic implements Target {
            NODE
        }

        /** A coordinator of transactions, or something that the standard doesn't know. */
        enum Other implements Target {
            COORDINATOR,
            UNKNOWN,
            NONE
        }
    }

    /**
     * Section 2.7.4.
     *
     * @param channel of the frame
     * @param handle of the link that it is about; -1 where it is about the session
     * @param isEcho whether our state is asked for
     */
    record Flow(int channel, long handle, boolean isEcho) implements OnSession {}

    /**
     * Section 2.7.5. The payload is the decoder's, and is there until the next frame is decoded.
     *
     * @param channel of the frame
     * @param handle of the link
     * @param deliveryId -1 where there is none
     * @param hasTag whether it has a delivery tag
     * @param format of the message; -1 where there is none
     * @param isSettled whether no answer is wanted
     * @param hasMore whether another transfer continues the delivery
     * @param settlesFirst whether the receiver needn't wait for the sender to settle, whatever the link says
     * @param resumes whether it goes on with a delivery of an earlier link
     * @param isAborted whether the delivery is called off
     * @param bytes holds the payload
     * @param from index of the payload
     * @param to index behind it
     */
    record Transfer(
            int channel,
            long handle,
            long deliveryId,
            boolean hasTag,
            long format,
            boolean isSettled,
            boolean hasMore,
            boolean settlesFirst,
            boolean resumes,
            boolean isAborted,
            ByteBuf bytes,
            int from,
            int to)
            implements OnSession {
        public int size() {
            return to - from;
        }
    }

    /**
     * Section 2.7.6.
     *
     * @param channel of the frame
     * @param isSender whether the client speaks as the one that sent the deliveries
     * @param first delivery id
     * @param last delivery id, included
     * @param isSettled whether the client has settled them
     */
    record Disposition(int channel, boolean isSender, long first, long last, boolean isSettled) implements OnSession {}

    /**
     * Section 2.7.7.
     *
     * @param channel of the frame
     * @param handle of the link
     * @param isClosed whether the link is over for good
     */
    record Detach(int channel, long handle, boolean isClosed) implements OnSession {}

    /** Section 2.7.8. */
    record End(int channel) implements Performative {}

    /** Section 2.7.9. */
    record Close() implements Performative {}
}
