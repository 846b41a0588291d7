package io.headrace.gateway.ingest;

import java.util.concurrent.CompletionStage;

/** Where protocol adapters hand over what devices send. Safe for use by several threads; no method blocks. */
public interface Ingest {
    /**
     * Takes a message over. Messages of one device are stored in the order of the calls.
     *
     * @return the receipt once every in-sync replica has the message; completed exceptionally with
     *     {@link NotStoredException} where the device must not be told that it is stored. Completed on a thread of
     *     Kafka's client, or on the caller's: hop to your event loop before you touch a channel.
     */
    CompletionStage<Receipt> accept(Message message);

    /**
     * As {@link #accept(Message)}, without the objects of a stage: for who takes so many messages that it counts.
     *
     * @param answer told once, on a thread of Kafka's client or on the caller's
     */
    default void accept(Message message, Answer answer) {
        accept(message).whenComplete((receipt, problem) -> {
            if (problem == null) {
                answer.stored(receipt.partition(), receipt.offset());
            } else if (problem instanceof NotStoredException why) {
                answer.notStored(why);
            } else {
                throw new IllegalStateException("not an answer", problem);
            }
        });
    }

    /** Wants to know what became of one message. */
    interface Answer {
        /** Every in-sync replica has it. */
        void stored(int partition, long offset);

        /** It must not be acknowledged. */
        void notStored(NotStoredException why);
    }

    /**
     * Takes a place for bytes that are no message yet, such as a body that is still coming in, in the one budget that
     * messages in flight have too: at most half of it, so that what never ends doesn't keep out what has.
     *
     * @return whether there was one; it is given back with {@link #release}
     */
    boolean reserve(int bytes);

    /** Gives back what was reserved. */
    void release(int bytes);

    /** Whether there is room for more in flight. While there is none, adapters stop reading their sockets. */
    boolean hasRoom();

    /**
     * Calls back once, soon, when there is room again; at once where there is room already. On any thread.
     *
     * @param resume must not block
     */
    void whenRoom(Runnable resume);
}
