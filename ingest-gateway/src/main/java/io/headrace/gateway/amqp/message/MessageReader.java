package io.headrace.gateway.amqp.message;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.amqp.codec.Condition;
import io.headrace.gateway.amqp.codec.Descriptor;
import io.headrace.gateway.amqp.codec.Outcome;
import io.headrace.gateway.amqp.codec.TypeReader;
import io.headrace.gateway.amqp.codec.Violation;
import io.headrace.gateway.ingest.Message;
import io.netty.buffer.ByteBuf;

/**
 * Turns the sections of a message (section 3.2) into a {@link Message}. The payload is copied once, from where it was
 * received to where Kafka's producer takes it from. For one connection and its thread.
 */
public final class MessageReader {
    private static final byte[] NOTHING = {};

    private final DeviceId device;
    private final int maxPayload;
    private final TypeReader in = new TypeReader();
    private final TypeReader ahead = new TypeReader();
    private byte[] payload = NOTHING;
    private int filled;
    private boolean hasBody;

    /** @param maxPayload bytes of the largest payload */
    public MessageReader(DeviceId device, int maxPayload) {
        this.device = device;
        this.maxPayload = maxPayload;
    }

    /**
     * Reads a whole message.
     *
     * @param channel of the link; empty for none
     * @param now epoch milliseconds
     */
    public Content read(ByteBuf bytes, int from, int to, String channel, long now) {
        payload = NOTHING;
        hasBody = false;
        MessageFacts facts = new MessageFacts(channel, now);
        try {
            sections(bytes, from, to, facts);
            if (!hasBody) {
                return new Content.Refused(Outcome.DAMAGED);
            }
            return new Content.Good(new Message(device, payload, now, facts.list()));
        } catch (Violation e) {
            return new Content.Refused(outcome(e));
        } finally {
            payload = NOTHING;
        }
    }

    private static Outcome outcome(Violation problem) {
        return switch (problem.condition()) {
            case NOT_IMPLEMENTED -> Outcome.UNSUPPORTED;
            case MESSAGE_SIZE_EXCEEDED -> Outcome.TOO_LARGE;
            default -> Outcome.DAMAGED;
        };
    }

    private void sections(ByteBuf bytes, int from, int to, MessageFacts facts) throws Violation {
        in.over(bytes, from, to);
        int last = 0;
        while (in.hasMore()) {
            int section = in.descriptor();
            if (section < last || (section == last && section != Descriptor.DATA)) {
                throw damaged("the sections of a message are out of order");
            }
            switch (section) {
                case Descriptor.HEADER -> facts.header(in);
                case Descriptor.PROPERTIES -> facts.properties(in);
                case Descriptor.APPLICATION_PROPERTIES -> facts.application(in);
                case Descriptor.DATA -> data(bytes, to);
                case Descriptor.VALUE -> value();
                case Descriptor.SEQUENCE -> throw unsupported();
                case Descriptor.DELIVERY_ANNOTATIONS, Descriptor.MESSAGE_ANNOTATIONS, Descriptor.FOOTER -> in.skip();
                default -> throw damaged("no section of a message has this descriptor");
            }
            last = section;
        }
    }

    private static Violation damaged(String detail) {
        return new Violation(Condition.DECODE_ERROR, detail);
    }

    private static Violation unsupported() {
        return new Violation(Condition.NOT_IMPLEMENTED, "a body that is neither data nor binary nor text");
    }

    /** Several sections make one payload; all are measured before the first is copied, so that none is copied twice. */
    private void data(ByteBuf bytes, int to) throws Violation {
        int length = in.enterBinary();
        if (!hasBody) {
            hasBody = true;
            filled = 0;
            payload = new byte[fitting(length + following(bytes, in.at() + length, to))];
        }
        in.copy(payload, filled, length);
        filled += length;
    }

    private int following(ByteBuf bytes, int from, int to) throws Violation {
        ahead.over(bytes, from, to);
        int length = 0;
        while (ahead.hasMore() && ahead.descriptor() == Descriptor.DATA) {
            int each = ahead.enterBinary();
            ahead.step(each);
            length += each;
        }
        return length;
    }

    private int fitting(int length) throws Violation {
        if (length > maxPayload) {
            throw new Violation(Condition.MESSAGE_SIZE_EXCEEDED, "the payload is larger than the limit");
        }
        return length;
    }

    private void value() throws Violation {
        if (hasBody) {
            throw damaged("a message has two bodies");
        }
        int length = in.enterBinaryOrText();
        if (length < 0) {
            throw unsupported();
        }
        hasBody = true;
        payload = new byte[fitting(length)];
        in.copy(payload, 0, length);
    }
}
