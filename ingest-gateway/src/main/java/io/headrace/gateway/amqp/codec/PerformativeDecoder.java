package io.headrace.gateway.amqp.codec;

import io.headrace.gateway.amqp.codec.Performative.Reception;
import io.headrace.gateway.amqp.codec.Performative.Terminus;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** Bodies of frames. The fields are asked for in the order in which the standard lists them. */
final class PerformativeDecoder {
    static final long NONE = -1;
    private static final byte[] NULL = {TypeReader.NULL};
    private static final long MAX_UINT = 0xFFFF_FFFFL;
    private static final int LONGEST_TAG = 32;

    private final TypeReader in = new TypeReader();
    private final TypeReader inner = new TypeReader();

    Performative sasl(ByteBuf bytes, int from, int to) throws Violation {
        in.over(bytes, from, to);
        if (in.descriptor() != Descriptor.SASL_INIT) {
            return new Performative.OtherSasl();
        }
        in.enterList();
        require("a mechanism");
        String mechanism = in.symbol();
        Optional<byte[]> response = in.hasField() ? Optional.of(in.binary()) : Optional.empty();
        return new Performative.SaslInit(mechanism, response);
    }

    Performative amqp(int channel, ByteBuf bytes, int from, int to) throws Violation {
        in.over(bytes, from, to);
        int descriptor = in.descriptor();
        in.enterList();
        Performative body =
                switch (descriptor) {
                    case Descriptor.OPEN -> open();
                    case Descriptor.BEGIN -> begin(channel);
                    case Descriptor.ATTACH -> attach(channel, bytes);
                    case Descriptor.FLOW -> flow(channel);
                    case Descriptor.TRANSFER -> transfer(channel, bytes, to);
                    case Descriptor.DISPOSITION -> disposition(channel, bytes);
                    case Descriptor.DETACH -> detach(channel);
                    case Descriptor.END -> new Performative.End(channel);
                    case Descriptor.CLOSE -> new Performative.Close();
                    default -> throw Violation.decode("no performative has this descriptor");
                };
        return body;
    }

    private void require(String what) throws Violation {
        if (!in.hasField()) {
            throw missing(what);
        }
    }

    private static Violation missing(String what) {
        return new Violation(Condition.INVALID_FIELD, what + " is missing");
    }

    private long uint(long otherwise) throws Violation {
        return in.hasField() ? in.uint() : otherwise;
    }

    private boolean flag() throws Violation {
        return in.hasField() && in.bool();
    }

    private void skip(int fields) throws Violation {
        for (int i = 0; i < fields; i++) {
            in.skipField();
        }
    }

    private Performative.Open open() throws Violation {
        require("container-id");
        in.string();
        in.skipField(); // hostname
        long maxFrameSize = uint(MAX_UINT);
        int channelMax = in.hasField() ? in.ushort() : 0xFFFF;
        return new Performative.Open(maxFrameSize, channelMax, uint(0));
    }

    private Performative.Begin begin(int channel) throws Violation {
        boolean isAnswer = in.hasField();
        if (isAnswer) {
            in.ushort();
        }
        require("next-outgoing-id");
        long nextOutgoingId = in.uint();
        long incomingWindow = uint(MAX_UINT);
        skip(1); // the client's outgoing window: it sends what credit lets it
        return new Performative.Begin(channel, isAnswer, nextOutgoingId, incomingWindow, uint(MAX_UINT));
    }

    private Performative.Attach attach(int channel, ByteBuf bytes) throws Violation {
        require("a link's name");
        String name = in.string();
        require("a handle");
        long handle = in.uint();
        require("a role");
        boolean isSender = !in.bool();
        int senderSettles = in.hasField() ? in.ubyte() : 2;
        int receiverSettles = in.hasField() ? in.ubyte() : 0;
        if (senderSettles > 2 || receiverSettles > 1) {
            throw new Violation(Condition.INVALID_FIELD, "no settlement mode has this number");
        }
        byte[] theirs = isSender ? encoded(bytes) : NULL;
        Terminus ours =
                in.hasField() ? terminus(bytes, isSender ? Descriptor.TARGET : Descriptor.SOURCE) : Terminus.Other.NONE;
        if (!isSender) {
            theirs = encoded(bytes);
        }
        skip(2); // unsettled deliveries of an earlier link: none is resumed
        long initialDeliveryCount = uint(NONE);
        if (isSender && initialDeliveryCount == NONE) {
            throw missing("a sender's initial-delivery-count");
        }
        long maxMessageSize = in.hasField() ? in.ulong() : 0;
        return new Performative.Attach(
                channel,
                name,
                handle,
                isSender,
                senderSettles,
                receiverSettles,
                theirs,
                ours,
                initialDeliveryCount,
                maxMessageSize);
    }

    private byte[] encoded(ByteBuf bytes) throws Violation {
        if (!in.hasField()) {
            return NULL;
        }
        int from = in.at();
        in.skip();
        byte[] value = new byte[in.at() - from];
        bytes.getBytes(from, value);
        return value;
    }

    /** Sources and targets begin with the same five fields. */
    private Terminus terminus(ByteBuf bytes, int kind) throws Violation {
        int from = in.at();
        in.skip();
        inner.over(bytes, from, in.at());
        int descriptor = inner.descriptor();
        if (descriptor == Descriptor.COORDINATOR) {
            return Terminus.Other.COORDINATOR;
        }
        if (descriptor != kind) {
            return Terminus.Other.UNKNOWN;
        }
        inner.enterList();
        String address = inner.hasField() ? inner.string() : "";
        for (int i = 0; i < 3; i++) {
            inner.skipField(); // durable, expiry-policy, timeout: nothing of a link is kept
        }
        return inner.hasField() && inner.bool() ? Terminus.Dynamic.NODE : new Terminus.Node(address);
    }

    private Performative.Flow flow(int channel) throws Violation {
        long nextIncomingId = uint(NONE);
        long incomingWindow = uint(MAX_UINT);
        skip(2); // what the client may send: its links' credit says that
        long handle = uint(NONE);
        long deliveryCount = uint(NONE);
        long credit = uint(NONE);
        skip(1); // what a sender has waiting
        boolean isDrain = flag();
        return new Performative.Flow(
                channel, nextIncomingId, incomingWindow, handle, deliveryCount, credit, isDrain, flag());
    }

    private Performative.Transfer transfer(int channel, ByteBuf bytes, int to) throws Violation {
        require("a handle");
        long handle = in.uint();
        long deliveryId = uint(NONE);
        boolean hasTag = in.hasField();
        if (hasTag) {
            int length = in.enterBinary();
            if (length > LONGEST_TAG) {
                throw new Violation(Condition.INVALID_FIELD, "a delivery-tag is longer than 32 bytes");
            }
            in.step(length);
        }
        long format = uint(NONE);
        boolean isSettled = flag();
        boolean hasMore = flag();
        boolean settlesFirst = in.hasField() && in.ubyte() == 0;
        skip(1); // the sender's state: only transactions have one
        boolean resumes = flag();
        boolean isAborted = flag();
        in.leave();
        return new Performative.Transfer(
                channel,
                handle,
                deliveryId,
                hasTag,
                format,
                isSettled,
                hasMore,
                settlesFirst,
                resumes,
                isAborted,
                bytes,
                in.at(),
                to);
    }

    private Performative.Disposition disposition(int channel, ByteBuf bytes) throws Violation {
        require("a role");
        boolean isSender = !in.bool();
        require("a first delivery");
        long first = in.uint();
        long last = uint(first);
        boolean isSettled = flag();
        Reception reception = !isSender && in.hasField() ? reception(bytes) : Reception.Unsaid.YET;
        return new Performative.Disposition(channel, isSender, first, last, isSettled, reception);
    }

    private Reception reception(ByteBuf bytes) throws Violation {
        int from = in.at();
        in.skip();
        inner.over(bytes, from, in.at());
        return switch (inner.descriptor()) {
            case Descriptor.ACCEPTED -> Reception.Accepted.INSTANCE;
            case Descriptor.RELEASED -> new Reception.Released(false);
            case Descriptor.MODIFIED -> modified();
            case Descriptor.REJECTED -> rejected(bytes);
            default -> Reception.Unsaid.YET;
        };
    }

    private Reception modified() throws Violation {
        inner.enterList();
        inner.skipField(); // delivery-failed: commands aren't counted
        return new Reception.Released(inner.hasField() && inner.bool());
    }

    private Reception rejected(ByteBuf bytes) throws Violation {
        inner.enterList();
        if (!inner.hasField()) {
            return new Reception.Rejected("");
        }
        int from = inner.at();
        inner.skip();
        inner.over(bytes, from, inner.at());
        if (inner.descriptor() != Descriptor.ERROR) {
            return new Reception.Rejected("");
        }
        inner.enterList();
        String condition = inner.hasField() ? inner.symbol() : "";
        String description = inner.hasField() ? inner.string() : "";
        return new Reception.Rejected(description.isEmpty() ? condition : condition + ": " + description);
    }

    private Performative.Detach detach(int channel) throws Violation {
        require("a handle");
        long handle = in.uint();
        return new Performative.Detach(channel, handle, flag());
    }
}
