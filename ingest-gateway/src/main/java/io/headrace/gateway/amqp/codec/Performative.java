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
     * @param incomingWindow transfers that the client takes
     * @param handleMax that the client takes
     */
    record Begin(int channel, boolean isAnswer, long nextOutgoingId, long incomingWindow, long handleMax)
            implements Performative {}

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
     * @param theirs the client's own end, as encoded: a sender's source, a receiver's target
     * @param ours where the client wants to send to, or to receive from
     * @param initialDeliveryCount of a sender
     * @param maxMessageSize bytes of the largest message that a receiver takes; 0 for any
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and only ever written back
    record Attach(
            int channel,
            String name,
            long handle,
            boolean isSender,
            int senderSettles,
            int receiverSettles,
            byte[] theirs,
            Terminus ours,
            long initialDeliveryCount,
            long maxMessageSize)
            implements OnSession {}

    /** This side's end of a link (sections 3.5.3 and 3.5.4). */
    sealed interface Terminus {
        /**
         * A node with a name.
         *
         * @param address empty for the anonymous node
         */
        record Node(String address) implements Terminus {}

        /** A node that is to be made up. */
        enum Dynamic implements Terminus {
            NODE
        }

        /** A coordinator of transactions, or something that the standard doesn't know. */
        enum Other implements Terminus {
            COORDINATOR,
            UNKNOWN,
            NONE
        }
    }

    /**
     * Section 2.7.4.
     *
     * @param channel of the frame
     * @param nextIncomingId of the next transfer that the client expects; -1 where it knows of none yet
     * @param incomingWindow transfers that the client takes from there on
     * @param handle of the link that it is about; -1 where it is about the session
     * @param deliveryCount of a receiver: deliveries that it knows of; -1 for none yet
     * @param credit of a receiver: deliveries that it takes from there on; -1 where it doesn't say
     * @param isDrain whether a sender is to use up its credit now, or give it back
     * @param isEcho whether our state is asked for
     */
    record Flow(
            int channel,
            long nextIncomingId,
            long incomingWindow,
            long handle,
            long deliveryCount,
            long credit,
            boolean isDrain,
            boolean isEcho)
            implements OnSession {}

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
     * @param reception what a receiver makes of them
     */
    record Disposition(int channel, boolean isSender, long first, long last, boolean isSettled, Reception reception)
            implements OnSession {}

    /** What a client makes of a delivery (section 3.4). */
    sealed interface Reception {
        /** It says nothing of it, or nothing final. */
        enum Unsaid implements Reception {
            YET
        }

        enum Accepted implements Reception {
            INSTANCE
        }

        /**
         * It won't have it, ever.
         *
         * @param why as the client says
         */
        record Rejected(String why) implements Reception {}

        /**
         * It won't have it now.
         *
         * @param elsewhere whether never on this link
         */
        record Released(boolean elsewhere) implements Reception {}
    }

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
