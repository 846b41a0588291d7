package io.headrace.gateway.mqtt.codec;

import java.util.List;
import java.util.Optional;

/** An MQTT control packet. Properties are {@link Properties#NONE} in MQTT 3.1.1. */
public sealed interface Packet {
    /** One that a client may send. */
    sealed interface FromClient extends Packet, Decoded {}

    /** One that a server may send. */
    sealed interface FromServer extends Packet {}

    /**
     * Opens a connection.
     *
     * @param version that both sides speak from here on
     * @param cleanStart forget an earlier session
     * @param keepAlive seconds; 0 for none
     * @param clientId may be empty
     * @param will message to publish when the connection is lost
     * @param userName as sent
     * @param password bytes as sent
     * @param properties of MQTT 5
     */
    @SuppressWarnings("ArrayRecordComponent") // holds bytes that are handed on and never compared
    record Connect(
            Version version,
            boolean cleanStart,
            int keepAlive,
            String clientId,
            Optional<Will> will,
            Optional<String> userName,
            Optional<byte[]> password,
            Properties properties)
            implements FromClient {
        @Override
        public String toString() {
            return "Connect[" + version + ", " + clientId + "]";
        }
    }

    /**
     * Message that the server publishes in the name of a client that vanished.
     *
     * @param topic a valid topic name
     * @param payload owned by the record
     * @param qos 0 to 2
     * @param retain as sent
     * @param properties of MQTT 5
     */
    @SuppressWarnings("ArrayRecordComponent") // holds bytes that are handed on and never compared
    record Will(String topic, byte[] payload, int qos, boolean retain, Properties properties) {}

    /**
     * Answer to CONNECT.
     *
     * @param sessionPresent whether an earlier session goes on
     * @param code {@link ReasonCode} in MQTT 5, a return code from 0 to 5 in MQTT 3.1.1
     * @param properties of MQTT 5
     */
    record Connack(boolean sessionPresent, int code, Properties properties) implements FromServer {}

    /**
     * A message.
     *
     * @param dup marked as a resend
     * @param qos 0 to 2
     * @param retain as sent
     * @param packetId 1 to 65,535; 0 at QoS 0
     * @param topic a valid topic name; empty only where a topic alias stands for it
     * @param payload owned by the packet
     * @param properties of MQTT 5
     */
    @SuppressWarnings("ArrayRecordComponent") // holds bytes that are handed on and never compared
    record Publish(
            boolean dup, int qos, boolean retain, int packetId, String topic, byte[] payload, Properties properties)
            implements FromClient, FromServer {}

    /** Answer to a PUBLISH of QoS 1. */
    record Puback(int packetId, ReasonCode reason, Properties properties) implements FromClient, FromServer {}

    /** First answer to a PUBLISH of QoS 2. */
    record Pubrec(int packetId, ReasonCode reason, Properties properties) implements FromClient, FromServer {}

    /** The sender has seen the PUBREC and forgets the message. */
    record Pubrel(int packetId, ReasonCode reason, Properties properties) implements FromClient, FromServer {}

    /** The packet identifier of a QoS 2 message is free again. */
    record Pubcomp(int packetId, ReasonCode reason, Properties properties) implements FromClient, FromServer {}

    /**
     * Asks for messages.
     *
     * @param packetId 1 to 65,535
     * @param subscriptions at least one
     * @param properties of MQTT 5
     */
    record Subscribe(int packetId, List<Subscription> subscriptions, Properties properties) implements FromClient {
        public Subscribe {
            subscriptions = List.copyOf(subscriptions);
        }
    }

    /**
     * One line of a SUBSCRIBE.
     *
     * @param filter a valid topic filter
     * @param qos highest that is wanted, 0 to 2
     */
    record Subscription(String filter, int qos) {}

    /** Answer to SUBSCRIBE: one code per filter, in their order. */
    record Suback(int packetId, List<ReasonCode> codes, Properties properties) implements FromServer {
        public Suback {
            codes = List.copyOf(codes);
        }
    }

    /** Takes subscriptions back. */
    record Unsubscribe(int packetId, List<String> filters, Properties properties) implements FromClient {
        public Unsubscribe {
            filters = List.copyOf(filters);
        }
    }

    /** Answer to UNSUBSCRIBE: one code per filter, in their order; not sent in MQTT 3.1.1. */
    record Unsuback(int packetId, List<ReasonCode> codes, Properties properties) implements FromServer {
        public Unsuback {
            codes = List.copyOf(codes);
        }
    }

    /** Sign of life. */
    record Pingreq() implements FromClient {}

    /** Answer to PINGREQ. */
    record Pingresp() implements FromServer {}

    /** Last packet of a connection. A server sends it in MQTT 5 only. */
    record Disconnect(ReasonCode reason, Properties properties) implements FromClient, FromServer {}

    /** Step of an enhanced authentication, MQTT 5 only. */
    record Auth(ReasonCode reason, Properties properties) implements FromClient {}
}
