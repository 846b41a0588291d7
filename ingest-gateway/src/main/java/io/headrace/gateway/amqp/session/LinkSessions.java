package io.headrace.gateway.amqp.session;

import io.headrace.gateway.amqp.codec.Condition;
import io.headrace.gateway.amqp.codec.FrameEncoder;
import io.headrace.gateway.amqp.codec.Performative.Begin;
import io.headrace.gateway.amqp.codec.Performative.OnSession;
import io.headrace.gateway.amqp.codec.Violation;
import org.jspecify.annotations.Nullable;

/** The sessions of one connection, by channel. They have the channels that the peer gives them. */
final class LinkSessions {
    private final @Nullable LinkSession[] byChannel;
    private final FrameEncoder out;

    LinkSessions(int max, FrameEncoder out) {
        this.byChannel = new LinkSession[max];
        this.out = out;
    }

    private LinkSession session(int channel) throws Violation {
        LinkSession session = channel < byChannel.length ? byChannel[channel] : null;
        if (session == null) {
            throw new Violation(Condition.FRAMING_ERROR, "no session is on this channel");
        }
        return session;
    }

    void begin(Begin begin, Surroundings around) throws Violation {
        int channel = begin.channel();
        if (channel >= byChannel.length) {
            throw new Violation(Condition.FRAMING_ERROR, "a channel is above channel-max");
        }
        if (begin.isAnswer() || byChannel[channel] != null) {
            throw new Violation(Condition.NOT_ALLOWED, "a session begins where one is, or answers none");
        }
        byChannel[channel] = new LinkSession(begin, around);
    }

    /** The peer ends a session. */
    void end(int channel) throws Violation {
        LinkSession session = session(channel);
        if (!session.isEnding()) {
            session.drop();
            out.end(channel);
        }
        byChannel[channel] = null;
    }

    void on(OnSession frame) throws Violation {
        LinkSession session = session(frame.channel());
        if (!session.isEnding()) {
            session.on(frame);
        }
    }

    /** Answers what is decided; whether a message turned out to be lost. */
    boolean answer() {
        boolean isLost = false;
        for (LinkSession session : byChannel) {
            isLost |= session != null && session.answer();
        }
        return isLost;
    }

    /** Tells the senders of everything undecided that they have to send it again. */
    void releaseAll() {
        for (LinkSession session : byChannel) {
            if (session != null) {
                session.releaseAll();
            }
        }
    }

    void grant() {
        for (LinkSession session : byChannel) {
            if (session != null && !session.isEnding()) {
                session.grant();
            }
        }
    }

    void offer() {
        for (LinkSession session : byChannel) {
            if (session != null && !session.isEnding()) {
                session.offer();
            }
        }
    }

    void offerAgain() {
        for (LinkSession session : byChannel) {
            if (session != null && !session.isEnding()) {
                session.offerAgain();
            }
        }
    }

    boolean endStuck(long nanos) {
        boolean hasOthers = false;
        for (LinkSession session : byChannel) {
            hasOthers |= session != null && !session.isEnding() && session.endStuck(nanos);
        }
        return hasOthers;
    }

    /** Whether nothing waits for its answer. */
    boolean isIdle() {
        for (LinkSession session : byChannel) {
            if (session != null && !session.isIdle()) {
                return false;
            }
        }
        return true;
    }

    /** Forgets what is incomplete, and that anybody waits for answers. */
    void drop() {
        for (LinkSession session : byChannel) {
            if (session != null) {
                session.drop();
            }
        }
    }
}
