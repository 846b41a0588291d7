package io.headrace.gateway.mqtt.session;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.command.Answer;
import io.headrace.gateway.command.Command;
import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.Verdict;
import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.mqtt.codec.Packet;
import io.headrace.gateway.mqtt.codec.ReasonCode;
import java.time.Duration;
import java.util.Optional;

/** What the edge is to do, in the order of the list that it stands in. */
public sealed interface Effect {
    /** Ask who it is, and tell {@link Session#authenticated}. */
    record Authenticate(Credentials credentials) implements Effect {}

    /**
     * Keep a place for the will and claim the device's session, then tell {@link Session#claimed}.
     *
     * @param device whose session
     * @param cleanStart forget what is there
     * @param will for the end of the connection; empty for none
     */
    record Claim(DeviceId device, boolean cleanStart, Optional<LastWill> will) implements Effect {}

    /**
     * The connection is a device's: watch its right to be here.
     *
     * @param device whose it is
     * @param silence longest time without a packet
     */
    record Establish(Verdict.Accepted device, Duration silence) implements Effect {}

    /** Write a packet. */
    record Send(Packet.FromServer packet) implements Effect {}

    /**
     * Write a PUBACK of success for each of some messages, which is what most of all answers are.
     *
     * @param packetIds as many as {@code count}; what follows in the array is meaningless
     */
    @SuppressWarnings("ArrayRecordComponent") // numbers that are written at once and never compared
    record Acknowledge(int[] packetIds, int count) implements Effect {}

    /** Hand the message over, and settle the delivery with what becomes of it; then tell {@link Session#settled}. */
    record Store(Delivery delivery, Message message) implements Effect {}

    /** Hand a device's answer to a command over, and settle the delivery with what becomes of it. */
    record Report(Delivery delivery, String commandId, Answer answer) implements Effect {}

    /** The device wants its commands, or wants them still: offer them. */
    record Listen() implements Effect {}

    /** Write a command. At QoS 0 it is delivered with that. */
    record Offer(Packet.Publish packet, Command command) implements Effect {}

    /** The device has acknowledged a command, and there may be room for one more. */
    record Delivered(Command command) implements Effect {}

    /** The device has refused a command. */
    record Declined(Command command, ReasonCode reason) implements Effect {}

    /** The message is on its way already, from an earlier connection; tell {@link Session#settled} when it is settled. */
    record Await(Delivery delivery) implements Effect {}

    /** Nothing more is to be read from the device for so many nanoseconds: it has used up its quota. */
    record Pause(long nanos) implements Effect {}

    /** A message was refused, and its device told so. */
    record Refused(ReasonCode reason) implements Effect {}

    /** Publish the will now. */
    record Publish(LastWill will) implements Effect {}

    /**
     * Let go of the session, if it was claimed.
     *
     * @param keepFor how long it waits for its device
     * @param will to publish when its delay is over, or the session ends before; empty where none is left
     */
    record Release(Duration keepFor, Optional<LastWill> will) implements Effect {}

    /**
     * Close the connection, after what was sent has gone out.
     *
     * @param reason as MQTT 5 names it, whether or not the peer was told
     * @param detail one line for a person, with nothing in it that the peer sent
     */
    record Close(ReasonCode reason, String detail) implements Effect {}
}
