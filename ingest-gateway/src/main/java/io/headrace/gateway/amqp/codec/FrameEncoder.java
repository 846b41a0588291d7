package io.headrace.gateway.amqp.codec;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.Supplier;

/** Writes frames of this side one after the other into the buffer that gathers them. For one thread. */
public final class FrameEncoder {
    private static final byte[] AMQP_HEADER = {'A', 'M', 'Q', 'P', 0, 1, 0, 0};
    private static final byte[] SASL_HEADER = {'A', 'M', 'Q', 'P', 3, 1, 0, 0};
    private static final byte[] EMPTY_FRAME = {0, 0, 0, 8, 2, 0, 0, 0};
    private static final byte[] NULL = {TypeReader.NULL};
    /** Beyond it a message that is sent would be in one piece in the buffer of what goes out. */
    private static final int LARGEST_FRAME = 32 << 10;
    /** Its frame's head, and its fields at their longest. */
    private static final int TRANSFER_HEAD = 64;

    private final Supplier<ByteBuf> gathered;
    private final TypeWriter out = new TypeWriter();
    private long maxFrame = 512;

    /** @param gathered gives the buffer that frames are to be written to */
    public FrameEncoder(Supplier<ByteBuf> gathered) {
        this.gathered = gathered;
    }

    /** Frames aren't longer than the peer takes from here on. */
    public void limit(long maxFrameSize) {
        maxFrame = maxFrameSize;
    }

    public void amqpHeader() {
        gathered.get().writeBytes(AMQP_HEADER);
    }

    public void saslHeader() {
        gathered.get().writeBytes(SASL_HEADER);
    }

    /** Says that this side is there. */
    public void empty() {
        gathered.get().writeBytes(EMPTY_FRAME);
    }

    /** Section 5.3.3.1. */
    public void saslMechanisms(List<String> mechanisms) {
        out.begin(gathered.get(), 1, 0, Descriptor.SASL_MECHANISMS);
        out.symbols(mechanisms);
        out.end();
    }

    /** @param code of section 5.3.3.6 */
    public void saslOutcome(int code) {
        out.begin(gathered.get(), 1, 0, Descriptor.SASL_OUTCOME);
        out.ubyte(code);
        out.end();
    }

    /**
     * @param containerId names this gateway
     * @param idleTimeout milliseconds; 0 for none
     */
    public void open(String containerId, int maxFrameSize, int channelMax, long idleTimeout) {
        out.begin(gathered.get(), 0, 0, Descriptor.OPEN);
        out.string(containerId);
        out.nothing();
        out.uint(maxFrameSize);
        out.ushort(channelMax);
        out.uint(idleTimeout);
        out.end();
    }

    /**
     * Answers a begin on the same channel.
     *
     * @param window transfers that may be under way, in either direction
     */
    public void begin(int channel, long window, int handleMax) {
        out.begin(gathered.get(), 0, channel, Descriptor.BEGIN);
        out.ushort(channel);
        out.uint(0);
        out.uint(window);
        out.uint(window);
        out.uint(handleMax);
        out.end();
    }

    /**
     * Answers an attach of a sender that is taken, on the same handle, without its source where the peer's frames don't
     * hold it.
     *
     * @param maxMessageSize bytes
     * @throws Violation where the peer's frames don't hold the rest either; nothing is written then
     */
    public void attach(Performative.Attach asked, String address, long maxMessageSize) throws Violation {
        ByteBuf buffer = gathered.get();
        int start = buffer.writerIndex();
        attach(buffer, asked, asked.theirs(), address, maxMessageSize);
        if (buffer.writerIndex() - start > maxFrame) {
            buffer.writerIndex(start);
            attach(buffer, asked, NULL, address, maxMessageSize);
        }
        requireFitting(buffer, start);
    }

    private void requireFitting(ByteBuf buffer, int start) throws Violation {
        if (buffer.writerIndex() - start > maxFrame) {
            buffer.writerIndex(start);
            throw new Violation(
                    Condition.FRAME_SIZE_TOO_SMALL, "the answer doesn't fit into the peer's max-frame-size");
        }
    }

    /**
     * Answers an attach of a receiver that is served, on the same handle, without its target where the peer's frames don't
     * hold it.
     *
     * @throws Violation where the peer's frames don't hold the rest either; nothing is written then
     */
    public void attachReceiver(Performative.Attach asked, String address) throws Violation {
        ByteBuf buffer = gathered.get();
        int start = buffer.writerIndex();
        attachReceiver(buffer, asked, address, asked.theirs());
        if (buffer.writerIndex() - start > maxFrame) {
            buffer.writerIndex(start);
            attachReceiver(buffer, asked, address, NULL);
        }
        requireFitting(buffer, start);
    }

    private void attachReceiver(ByteBuf buffer, Performative.Attach asked, String address, byte[] target) {
        out.begin(buffer, 0, asked.channel(), Descriptor.ATTACH);
        attachHead(asked);
        out.beginList(Descriptor.SOURCE);
        out.string(address);
        out.endList();
        out.bytes(target);
        out.nothing();
        out.nothing();
        out.uint(0);
        out.end();
    }

    private void attach(ByteBuf buffer, Performative.Attach asked, byte[] source, String address, long maxSize) {
        out.begin(buffer, 0, asked.channel(), Descriptor.ATTACH);
        attachHead(asked);
        out.bytes(source);
        out.beginList(Descriptor.TARGET);
        out.string(address);
        out.endList();
        out.nothing();
        out.nothing();
        out.nothing();
        out.ulong(maxSize);
        out.end();
    }

    /**
     * Answers an attach that is refused; a detach with the reason is to follow (section 2.6.3).
     *
     * @throws Violation where the peer's frames don't hold it; nothing is written then
     */
    public void attachNothing(Performative.Attach asked) throws Violation {
        ByteBuf buffer = gathered.get();
        int start = buffer.writerIndex();
        out.begin(buffer, 0, asked.channel(), Descriptor.ATTACH);
        attachHead(asked);
        out.nothing();
        out.nothing();
        out.nothing();
        out.nothing();
        if (!asked.isSender()) {
            out.uint(0);
        }
        out.end();
        requireFitting(buffer, start);
    }

    private void attachHead(Performative.Attach asked) {
        out.string(asked.name());
        out.uint(asked.handle());
        out.bool(asked.isSender());
        out.ubyte(asked.senderSettles());
        out.ubyte(asked.receiverSettles());
    }

    public void flow(SessionState session) {
        flowHead(session);
        out.end();
    }

    public void flow(SessionState session, LinkState link) {
        flowHead(session);
        out.uint(link.handle());
        out.uint(link.deliveryCount());
        out.uint(link.credit());
        if (link.isDrained()) {
            out.uint(0);
            out.bool(true);
        }
        out.end();
    }

    private void flowHead(SessionState session) {
        out.begin(gathered.get(), 0, session.channel(), Descriptor.FLOW);
        out.uint(session.nextIncomingId());
        out.uint(session.window());
        out.uint(session.nextOutgoingId());
        out.uint(session.window());
    }

    /** How many bytes of a message fit into a transfer: of 512, the smallest that a peer may ask for, most. */
    public int transferRoom() {
        return (int) Math.min(maxFrame, LARGEST_FRAME) - TRANSFER_HEAD;
    }

    /**
     * Sends a part of a delivery, {@link #transferRoom} bytes at most; the id is its tag, too.
     *
     * @param to index behind the part, which is the last where nothing is behind it
     */
    public void transfer(Outgoing delivery, int from, int to) {
        out.begin(gathered.get(), 0, delivery.channel(), Descriptor.TRANSFER);
        out.uint(delivery.handle());
        out.uint(delivery.id());
        out.tag((int) delivery.id());
        out.uint(0);
        out.bool(delivery.isSettled());
        out.bool(to < delivery.message().length);
        out.end(delivery.message(), from, to);
    }

    /** Settles a delivery of this side's, for a receiver that waits for that. */
    public void settle(int channel, long id) {
        out.begin(gathered.get(), 0, channel, Descriptor.DISPOSITION);
        out.bool(false);
        out.uint(id);
        out.nothing();
        out.bool(true);
        out.end();
    }

    /**
     * Says what became of deliveries.
     *
     * @param first delivery id
     * @param last delivery id, included
     */
    public void disposition(int channel, long first, long last, boolean isSettled, Outcome outcome) {
        out.begin(gathered.get(), 0, channel, Descriptor.DISPOSITION);
        out.bool(true);
        out.uint(first);
        if (first == last) {
            out.nothing();
        } else {
            out.uint(last);
        }
        out.bool(isSettled);
        out.beginList(outcome.code());
        outcome.condition().ifPresent(condition -> error(condition, outcome.detail()));
        out.endList();
        out.end();
    }

    /** Ends a link as the peer did. */
    public void detach(int channel, long handle, boolean isClosed) {
        out.begin(gathered.get(), 0, channel, Descriptor.DETACH);
        out.uint(handle);
        out.bool(isClosed);
        out.end();
    }

    /** Ends a link for good. */
    public void detach(int channel, long handle, Condition condition, String detail) {
        out.begin(gathered.get(), 0, channel, Descriptor.DETACH);
        out.uint(handle);
        out.bool(true);
        error(condition, detail);
        out.end();
    }

    public void end(int channel) {
        out.begin(gathered.get(), 0, channel, Descriptor.END);
        out.end();
    }

    public void end(int channel, Condition condition, String detail) {
        out.begin(gathered.get(), 0, channel, Descriptor.END);
        error(condition, detail);
        out.end();
    }

    public void close() {
        out.begin(gathered.get(), 0, 0, Descriptor.CLOSE);
        out.end();
    }

    public void close(Condition condition, String detail) {
        out.begin(gathered.get(), 0, 0, Descriptor.CLOSE);
        error(condition, detail);
        out.end();
    }

    private void error(Condition condition, String detail) {
        out.beginList(Descriptor.ERROR);
        out.symbol(condition.symbol());
        out.string(detail);
        out.endList();
    }
}
