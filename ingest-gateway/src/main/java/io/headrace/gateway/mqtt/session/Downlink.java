package io.headrace.gateway.mqtt.session;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.command.Command;
import io.headrace.gateway.mqtt.codec.Packet;
import io.headrace.gateway.mqtt.codec.Properties;
import io.headrace.gateway.mqtt.codec.Property;
import io.headrace.gateway.mqtt.codec.ReasonCode;
import io.headrace.gateway.mqtt.codec.Version;
import io.headrace.gateway.mqtt.session.SessionState.Granted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Commands on one live connection: who wants them, and what is in flight. A command that is sent again on a resumed
 * session has its packet identifier of before, and is marked; one that is over by then isn't, since a device must not do
 * late what was to be done in time.
 */
final class Downlink {
    /** However much more a client would take: what is in flight is in memory. */
    static final int WINDOW = 32;

    private final DeviceId device;
    private final Packet.Connect connect;
    private final SessionState state;
    private final boolean v5;
    private final int window;
    /** By packet identifier, in the order in which they were sent. */
    private final Map<Integer, Command> inFlight = new LinkedHashMap<>();

    Downlink(Packet.Connect connect, Sessions.Claim claim) {
        this.device = claim.device();
        this.connect = connect;
        this.state = claim.state();
        this.v5 = connect.version() == Version.V5;
        this.window = (int) Math.min(WINDOW, connect.properties().number(Property.RECEIVE_MAXIMUM, WINDOW));
    }

    /** Whether the device wants its commands. */
    boolean isListening() {
        return !state.forCommands().isEmpty();
    }

    /** Whether one more may be in flight [MQTT-3.3.4-9]. */
    boolean hasRoom() {
        return inFlight.size() < window && isListening();
    }

    /**
     * Sends a command.
     *
     * @param now epoch milliseconds
     */
    Effect.Offer offer(Command command, long now) {
        List<Granted> wanted = state.forCommands();
        boolean isAcknowledged = wanted.stream().anyMatch(each -> each.qos() > 0);
        int earlier = isAcknowledged ? state.resent(command.id()) : 0;
        int packetId = 0;
        if (isAcknowledged) {
            packetId = earlier > 0 ? earlier : state.newPacketId(inFlight.keySet());
            inFlight.put(packetId, command);
        }
        Packet.Publish packet = new Packet.Publish(
                earlier > 0,
                isAcknowledged ? 1 : 0,
                false,
                packetId,
                TopicSpace.command(command.id()),
                command.payload(),
                v5 ? properties(command, wanted, now) : Properties.NONE);
        return new Effect.Offer(packet, command);
    }

    private static Properties properties(Command command, List<Granted> wanted, long now) {
        Properties properties = Properties.NONE
                .with(Property.MESSAGE_EXPIRY_INTERVAL, command.secondsLeft(now))
                .with(Property.RESPONSE_TOPIC, TopicSpace.answer(command.id()))
                .with(Property.CORRELATION_DATA, command.id().getBytes(StandardCharsets.UTF_8))
                .withSubscriptions(wanted.stream()
                        .map(Granted::identifier)
                        .filter(number -> number > 0)
                        .toList())
                .withUser("name", command.name());
        return command.contentType().isEmpty()
                ? properties
                : properties.with(Property.CONTENT_TYPE, command.contentType());
    }

    /** It couldn't be sent after all. */
    void withdraw(Packet.Publish packet) {
        inFlight.remove(packet.packetId());
    }

    Step acknowledged(Packet.Puback ack) {
        Command command = inFlight.remove(ack.packetId());
        if (command == null) {
            return Step.NOTHING; // the standards give no reason to mind
        }
        return new Step.Go(List.of(
                ack.reason().isError() ? new Effect.Declined(command, ack.reason()) : new Effect.Delivered(command)));
    }

    Step subscribe(Packet.Subscribe subscribe) {
        long identifier = subscribe.properties().number(Property.SUBSCRIPTION_IDENTIFIER, 0);
        List<ReasonCode> codes = new ArrayList<>(subscribe.subscriptions().size());
        for (Packet.Subscription subscription : subscribe.subscriptions()) {
            codes.add(granted(subscription, identifier));
        }
        boolean isGranted = codes.stream().noneMatch(ReasonCode::isError);
        Properties why = isGranted
                ? Properties.NONE
                : Opening.because(connect, "a device may subscribe to its own commands: commands/<device id>");
        Effect answer = new Effect.Send(new Packet.Suback(subscribe.packetId(), codes, why));
        return new Step.Go(isListening() ? List.of(answer, new Effect.Listen()) : List.of(answer));
    }

    private ReasonCode granted(Packet.Subscription subscription, long identifier) {
        String filter = subscription.filter();
        if (v5 && filter.startsWith("$share/")) {
            return ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
        }
        if (!TopicSpace.mayListen(filter, device)) {
            return ReasonCode.NOT_AUTHORIZED;
        }
        if (!state.subscribe(filter, new Granted(subscription.qos(), identifier))) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        return switch (subscription.qos()) {
            case 0 -> ReasonCode.SUCCESS;
            case 1 -> ReasonCode.GRANTED_QOS_1;
            default -> ReasonCode.GRANTED_QOS_2;
        };
    }

    /** What is in flight goes on to its acknowledgement [MQTT-3.10.4-3]. */
    Step unsubscribe(Packet.Unsubscribe unsubscribe) {
        List<ReasonCode> codes = new ArrayList<>(unsubscribe.filters().size());
        for (String filter : unsubscribe.filters()) {
            boolean was = state.unsubscribe(filter);
            codes.add(was ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED);
        }
        return new Step.Go(
                List.of(new Effect.Send(new Packet.Unsuback(unsubscribe.packetId(), codes, Properties.NONE))));
    }

    /** The connection is over: what isn't acknowledged is sent again on the next one of the session. */
    void end() {
        Map<String, Integer> packetIds = new LinkedHashMap<>();
        inFlight.forEach((packetId, command) -> packetIds.put(command.id(), packetId));
        state.unacknowledged(packetIds, 2 * WINDOW);
    }
}
