package io.headrace.gateway.mqtt.session;

import io.headrace.gateway.admission.Allowance;
import io.headrace.gateway.command.Answer;
import io.headrace.gateway.mqtt.codec.Packet;
import io.headrace.gateway.mqtt.codec.Properties;
import io.headrace.gateway.mqtt.codec.ReasonCode;
import io.headrace.gateway.mqtt.codec.Version;
import io.headrace.gateway.mqtt.session.Delivery.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Messages of one live connection, from PUBLISH to the last acknowledgement. Answers go out in the order of the messages
 * [MQTT-4.6.0-2, -3], whatever order Kafka answers in: each message waits in one queue until all before it are settled.
 *
 * <p>Changed in place, unlike the phases around it: a copy for each message would be the dearest thing on its way.
 */
final class Exchange {
    private static final int MOST_AT_ONCE = 64;
    private static final Delivery.Listener NOBODY = _ -> {};

    private final SessionLimits limits;
    private final boolean v5;
    private final Packet.Connect connect;
    private final Sessions.Claim claim;
    private final Allowance allowance;
    private final TopicAliases aliases;
    private final MessageFacts facts;
    private final Downlink downlink;
    private final ArrayDeque<Delivery> queue = new ArrayDeque<>();
    /** Bytes of what is in the queue. */
    private long inFlight;
    /** At QoS 0: these have no number that a client must keep to. */
    private int unnumbered;
    /** At QoS 1 and 2, until the client has the last answer: what Receive Maximum counts. */
    private int unacknowledged;
    /** When the quota's clock was read, epoch milliseconds, and what it said. */
    private long quotaReadAt = Long.MIN_VALUE;

    private long quotaTime;

    Exchange(SessionLimits limits, Packet.Connect connect, Sessions.Claim claim, Allowance allowance) {
        this.limits = limits;
        this.v5 = connect.version() == Version.V5;
        this.connect = connect;
        this.claim = claim;
        this.allowance = allowance;
        this.aliases = new TopicAliases(v5 ? limits.topicAliasMaximum() : 0);
        this.facts = new MessageFacts(claim.device(), connect.version());
        this.downlink = new Downlink(connect, claim);
        claim.state().settle();
    }

    /** Whether to stop reading. MQTT 5 clients know how much they may send at QoS 1 and 2; others are held back. */
    boolean isFull() {
        return inFlight >= limits.maxInFlight() || (v5 ? unnumbered : queue.size()) >= limits.receiveMaximum();
    }

    Downlink downlink() {
        return downlink;
    }

    /** Whether every message is answered. */
    boolean isIdle() {
        return queue.isEmpty();
    }

    Step on(Packet.FromClient packet, long now) {
        return switch (packet) {
            case Packet.Publish publish -> publish(publish, now);
            case Packet.Pubrel pubrel -> release(pubrel.packetId());
            case Packet.Pingreq ping -> send(new Packet.Pingresp());
            case Packet.Subscribe subscribe -> downlink.subscribe(subscribe);
            case Packet.Unsubscribe unsubscribe -> downlink.unsubscribe(unsubscribe);
            case Packet.Puback puback -> downlink.acknowledged(puback);
            case Packet.Pubrec pubrec -> unknownPubrec(pubrec);
            // The gateway has sent nothing that this could answer; the standards give no reason to mind.
            case Packet.Pubcomp pubcomp -> Step.NOTHING;
            case Packet.Auth auth -> new Step.Stop(ReasonCode.PROTOCOL_ERROR, "AUTH without enhanced authentication");
            case Packet.Connect connect -> throw new IllegalStateException("the decoder lets one CONNECT through");
            case Packet.Disconnect end -> throw new IllegalStateException("the session ends before it gets here");
        };
    }

    private Step publish(Packet.Publish publish, long now) {
        if (!aliases.isInRange(publish)) {
            return new Step.Stop(ReasonCode.TOPIC_ALIAS_INVALID, "a topic alias above the maximum");
        }
        String topic = aliases.resolve(publish);
        if (topic == null) {
            return new Step.Stop(ReasonCode.PROTOCOL_ERROR, "a topic alias that stands for no topic");
        }
        if (publish.payload().length > limits.maxPayload()) {
            return new Step.Stop(
                    ReasonCode.PACKET_TOO_LARGE, "a payload of more than " + limits.maxPayload() + " bytes");
        }
        if (v5 && publish.qos() > 0 && unacknowledged >= limits.receiveMaximum()) {
            return new Step.Stop(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, "more in flight than Receive Maximum");
        }
        if (TopicSpace.isReserved(topic)) {
            return reserved(publish, topic, now);
        }
        return publish.qos() == 2 ? storeOnce(publish, topic, null, now) : store(publish, topic, null, now);
    }

    /** Of the reserved topics, a device publishes to those of its answers only. */
    private Step reserved(Packet.Publish publish, String topic, long now) {
        String commandId = TopicSpace.answered(topic);
        if (commandId == null) {
            return refuse(publish, ReasonCode.TOPIC_NAME_INVALID);
        }
        Optional<Answer> answer = Answers.of(publish);
        if (answer.isEmpty()) {
            return refuse(publish, ReasonCode.PAYLOAD_FORMAT_INVALID);
        }
        Said said = new Said(commandId, answer.get());
        return publish.qos() == 2 ? storeOnce(publish, topic, said, now) : store(publish, topic, said, now);
    }

    private record Said(String commandId, Answer answer) {}

    /** @param said what is to be stored instead of a message; null for a message */
    private Step store(Packet.Publish publish, String topic, @Nullable Said said, long now) {
        boolean canBeRefused = v5 && publish.qos() > 0;
        int bytes = publish.payload().length;
        if (now != quotaReadAt) { // once for all messages of a read: it is dearer than the quota itself
            quotaReadAt = now;
            quotaTime = allowance.now();
        }
        long wait = canBeRefused ? allowance.take(bytes, quotaTime) : allowance.charge(1, bytes, quotaTime);
        if (wait > 0 && canBeRefused) {
            return answerInTurn(Delivery.refused(publish.packetId(), publish.qos(), ReasonCode.QUOTA_EXCEEDED));
        }
        Delivery delivery = Delivery.pending(publish.packetId(), publish.qos(), bytes + topic.length());
        if (publish.qos() == 2) {
            claim.state().storing(delivery);
        }
        enqueue(delivery);
        Effect store = said == null
                ? new Effect.Store(delivery, facts.message(publish, topic, now))
                : new Effect.Report(delivery, said.commandId(), said.answer());
        return new Step.Go(wait > 0 ? List.of(store, new Effect.Pause(wait)) : List.of(store));
    }

    /** A packet identifier between PUBLISH and PUBREL stands for the same message [MQTT-4.3.3-10]. */
    private Step storeOnce(Packet.Publish publish, String topic, @Nullable Said said, long now) {
        if (claim.state().isReceived(publish.packetId())) {
            return answerInTurn(Delivery.stored(publish.packetId(), 2));
        }
        Delivery earlier = claim.state().findPending(publish.packetId());
        if (earlier == null) {
            return store(publish, topic, said, now);
        }
        if (queue.contains(earlier)) {
            return Step.NOTHING; // its one PUBREC is still to come
        }
        enqueue(earlier);
        return new Step.Go(List.of(new Effect.Await(earlier)));
    }

    private Step refuse(Packet.Publish publish, ReasonCode reason) {
        return v5 && publish.qos() > 0
                ? answerInTurn(Delivery.refused(publish.packetId(), publish.qos(), reason))
                : new Step.Stop(reason, refusal(reason));
    }

    private Step answerInTurn(Delivery delivery) {
        enqueue(delivery);
        return settled();
    }

    private void enqueue(Delivery delivery) {
        queue.add(delivery);
        inFlight += delivery.bytes();
        if (delivery.qos() == 0) {
            unnumbered++;
        } else {
            unacknowledged++;
        }
    }

    /**
     * Answers what is settled at the head of the queue, up to a message that isn't stored; called again, it ends the
     * connection for that one.
     */
    Step settled() {
        List<Effect> answers = answers();
        if (answers.isEmpty() && isNextLost()) {
            return notStored(queue.element());
        }
        return answers.isEmpty() ? Step.NOTHING : new Step.Go(answers);
    }

    /** Answers to what is settled at the head of the queue, up to a message that isn't stored. */
    List<Effect> answers() {
        List<Effect> answers = List.of();
        for (Delivery head = queue.peek(); head != null && mayBeAnswered(head); head = queue.peek()) {
            if (answers.isEmpty()) {
                answers = new ArrayList<>(2);
            }
            if (isPlain(head)) {
                answers.add(acknowledgements());
                continue;
            }
            queue.remove();
            inFlight -= head.bytes();
            if (head.qos() == 0) {
                unnumbered--;
                continue;
            }
            answers.add(new Effect.Send(answer(head)));
            if (head.outcome() == Outcome.REFUSED) {
                answers.add(new Effect.Refused(head.refusal()));
            }
        }
        return answers;
    }

    private static boolean isPlain(Delivery delivery) {
        return delivery.qos() == 1 && delivery.outcome() == Outcome.STORED;
    }

    /** Takes stored messages of QoS 1 from the head of the queue, as many as there are. */
    private Effect.Acknowledge acknowledgements() {
        int[] packetIds = new int[Math.min(queue.size(), MOST_AT_ONCE)];
        int count = 0;
        for (Delivery head = queue.peek();
                head != null && count < packetIds.length && isPlain(head);
                head = queue.peek()) {
            queue.remove();
            inFlight -= head.bytes();
            packetIds[count++] = head.packetId();
        }
        unacknowledged -= count;
        return new Effect.Acknowledge(packetIds, count);
    }

    /** Whether the next answer is one that can't be given. */
    boolean isNextLost() {
        Delivery head = queue.peek();
        return head != null && head.isLost();
    }

    private static boolean mayBeAnswered(Delivery delivery) {
        return delivery.outcome() != Outcome.PENDING && !delivery.isLost();
    }

    private Packet.FromServer answer(Delivery delivery) {
        boolean refused = delivery.outcome() == Outcome.REFUSED;
        Properties why = refused ? Opening.because(connect, refusal(delivery.refusal())) : Properties.NONE;
        if (delivery.qos() == 1) {
            unacknowledged--;
            return new Packet.Puback(delivery.packetId(), delivery.refusal(), why);
        }
        if (refused) {
            unacknowledged--;
            claim.state().notStored(delivery.packetId());
        } else {
            claim.state().received(delivery.packetId());
        }
        return new Packet.Pubrec(delivery.packetId(), delivery.refusal(), why);
    }

    private static String refusal(ReasonCode reason) {
        return switch (reason) {
            case QUOTA_EXCEEDED -> "more than the device may send";
            case NOT_AUTHORIZED -> "no command of the device that waits for an answer";
            case PAYLOAD_FORMAT_INVALID -> "status must be succeeded or failed";
            default -> "a reserved topic";
        };
    }

    /**
     * No acknowledgement, and no later one either: the device sends this message and all after it again, in their order,
     * when it is back.
     */
    private static Step notStored(Delivery delivery) {
        return delivery.outcome() == Outcome.TOO_LARGE
                ? new Step.Stop(ReasonCode.PACKET_TOO_LARGE, "a message too large to store")
                : new Step.Stop(ReasonCode.SERVER_BUSY, "a message could not be stored now");
    }

    /**
     * The connection is over. What comes again on the next one is stored again if it stands behind a message that isn't
     * stored, since that comes again too, and must not stand behind it. Lets go of the connection, which the session
     * may outlive by a day.
     */
    void end() {
        boolean isLost = false;
        for (Delivery delivery : queue) {
            isLost |= delivery.isLost();
            if (delivery.qos() == 2) {
                delivery.onSettled(NOBODY);
                if (isLost) {
                    claim.state().notStored(delivery.packetId());
                }
            }
        }
        claim.state().settle();
        downlink.end();
    }

    private Step release(int packetId) {
        if (claim.state().isUnanswered(packetId)) {
            return new Step.Stop(ReasonCode.PROTOCOL_ERROR, "PUBREL before its PUBREC");
        }
        boolean known = claim.state().release(packetId);
        unacknowledged = known ? Math.max(0, unacknowledged - 1) : unacknowledged;
        ReasonCode reason = known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        return send(new Packet.Pubcomp(packetId, reason, Properties.NONE));
    }

    private static Step unknownPubrec(Packet.Pubrec pubrec) {
        return pubrec.reason().isError()
                ? Step.NOTHING
                : send(new Packet.Pubrel(pubrec.packetId(), ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.NONE));
    }

    private static Step send(Packet.FromServer packet) {
        return new Step.Go(List.of(new Effect.Send(packet)));
    }
}
