package io.headrace.gateway.mqtt.session;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.Verdict;
import io.headrace.gateway.mqtt.codec.Packet;
import io.headrace.gateway.mqtt.codec.Properties;
import io.headrace.gateway.mqtt.codec.Property;
import io.headrace.gateway.mqtt.codec.ReasonCode;
import io.headrace.gateway.mqtt.codec.Version;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What CONNECT asks for, and what CONNACK grants (sections 3.1 and 3.2 of both standards). */
final class Opening {
    private static final int ABSENT_RECEIVE_MAXIMUM = 65_535;

    private final SessionLimits limits;

    Opening(SessionLimits limits) {
        this.limits = limits;
    }

    /** Reason to refuse a CONNECT before asking who it is; empty where there is none. */
    Optional<ReasonCode> refusal(Packet.Connect connect) {
        if (connect.properties().has(Property.AUTHENTICATION_METHOD)) {
            return Optional.of(ReasonCode.BAD_AUTHENTICATION_METHOD); // [MQTT-4.12.0-1]
        }
        Optional<ReasonCode> badWill = connect.will().flatMap(this::refusal);
        if (badWill.isPresent()) {
            return badWill;
        }
        String id = connect.clientId();
        if (id.isEmpty()) {
            boolean mayBeAssigned = connect.version() == Version.V5 || connect.cleanStart(); // 3.1.1: [MQTT-3.1.3-8]
            return mayBeAssigned ? Optional.empty() : Optional.of(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
        }
        return DeviceId.isValid(id) ? Optional.empty() : Optional.of(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
    }

    private Optional<ReasonCode> refusal(Packet.Will will) {
        if (TopicSpace.isReserved(will.topic())) {
            return Optional.of(ReasonCode.TOPIC_NAME_INVALID);
        }
        return will.payload().length > limits.maxPayload()
                ? Optional.of(ReasonCode.PACKET_TOO_LARGE)
                : Optional.empty();
    }

    /** What to publish when the connection is lost; empty where the device left nothing. */
    Optional<LastWill> lastWill(Packet.Connect connect, DeviceId device) {
        return connect.will().map(will -> new LastWill(device, connect.version(), will));
    }

    /** @param chain the peer's TLS certificate and those above it; empty where it showed none */
    Optional<Credentials> credentials(Packet.Connect connect, List<X509Certificate> chain) {
        String id = connect.clientId();
        if (!limits.authenticated()) {
            return Optional.of(new Credentials.Anonymous(id.isEmpty() ? "auto-" + UUID.randomUUID() : id));
        }
        String claimed = connect.userName().orElse(id);
        if (connect.password().isPresent()) {
            String password = new String(connect.password().get(), StandardCharsets.UTF_8);
            return Optional.of(new Credentials.Password(claimed, password));
        }
        return chain.isEmpty() ? Optional.empty() : Optional.of(new Credentials.Certificate(claimed, chain));
    }

    /** The client id is the device's id, or empty: a device can't take another's session. */
    boolean isItsOwn(Packet.Connect connect, DeviceId device) {
        return connect.clientId().isEmpty() || connect.clientId().equals(device.value());
    }

    /** What the connection and its session may do. */
    Terms terms(Packet.Connect connect) {
        return new Terms(keepAlive(connect), sessionExpiry(connect));
    }

    /**
     * Agreed on for one connection.
     *
     * @param keepAlive silence beyond one and a half of it ends the connection
     * @param sessionExpiry how long the session outlives the connection
     */
    record Terms(Duration keepAlive, Duration sessionExpiry) {
        /** [MQTT-3.1.2-22; 3.1.1: MQTT-3.1.2-24]. */
        Duration silence() {
            return keepAlive.multipliedBy(3).dividedBy(2);
        }
    }

    private Duration keepAlive(Packet.Connect connect) {
        Duration wanted = Duration.ofSeconds(connect.keepAlive());
        boolean granted = !wanted.isZero() && wanted.compareTo(limits.keepAliveMaximum()) <= 0;
        return granted ? wanted : limits.keepAliveMaximum();
    }

    private Duration sessionExpiry(Packet.Connect connect) {
        if (connect.version() == Version.V3_1_1) {
            return connect.cleanStart() ? Duration.ZERO : limits.sessionExpiryMaximum();
        }
        return granted(connect.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0));
    }

    /** @param seconds that a client asks for */
    Duration granted(long seconds) {
        Duration wanted = Duration.ofSeconds(seconds);
        return wanted.compareTo(limits.sessionExpiryMaximum()) < 0 ? wanted : limits.sessionExpiryMaximum();
    }

    /** The answer that lets a device in. */
    Packet.Connack connack(Packet.Connect connect, Verdict.Accepted device, Terms terms, boolean present) {
        if (connect.version() == Version.V3_1_1) {
            return new Packet.Connack(present, 0, Properties.NONE);
        }
        Properties told = Properties.NONE
                .with(Property.MAXIMUM_PACKET_SIZE, limits.maxPacket())
                .with(Property.TOPIC_ALIAS_MAXIMUM, limits.topicAliasMaximum())
                .with(Property.SHARED_SUBSCRIPTION_AVAILABLE, 0);
        if (limits.receiveMaximum() != ABSENT_RECEIVE_MAXIMUM) {
            told = told.with(Property.RECEIVE_MAXIMUM, limits.receiveMaximum());
        }
        if (connect.clientId().isEmpty()) {
            told = told.with(
                    Property.ASSIGNED_CLIENT_IDENTIFIER, device.device().value());
        }
        if (terms.keepAlive().toSeconds() != connect.keepAlive()) {
            told = told.with(Property.SERVER_KEEP_ALIVE, terms.keepAlive().toSeconds());
        }
        long wantedExpiry = connect.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0);
        if (terms.sessionExpiry().toSeconds() != wantedExpiry) {
            told = told.with(
                    Property.SESSION_EXPIRY_INTERVAL, terms.sessionExpiry().toSeconds());
        }
        return new Packet.Connack(present, ReasonCode.SUCCESS.code(), told);
    }

    /** The answer that keeps a peer out; empty where its version has no word for the reason. */
    static Optional<Packet.Connack> refused(Version version, ReasonCode reason, Properties why) {
        if (version == Version.V5) {
            return Optional.of(new Packet.Connack(false, inConnack(reason).code(), why));
        }
        int code =
                switch (reason) {
                    case UNSUPPORTED_PROTOCOL_VERSION -> 1;
                    case CLIENT_IDENTIFIER_NOT_VALID -> 2;
                    case SERVER_UNAVAILABLE, SERVER_BUSY, CONNECTION_RATE_EXCEEDED, QUOTA_EXCEEDED -> 3;
                    case BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED, TOPIC_NAME_INVALID -> 5;
                    default -> 0;
                };
        return code == 0 ? Optional.empty() : Optional.of(new Packet.Connack(false, code, Properties.NONE));
    }

    /** A reason in words, for a client that doesn't mind (section 3.1.2.11.7 of MQTT 5). */
    static Properties because(Packet.Connect connect, String detail) {
        return connect.properties().number(Property.REQUEST_PROBLEM_INFORMATION, 1) == 1
                ? because(detail)
                : Properties.NONE;
    }

    static Properties because(String detail) {
        return Properties.NONE.with(Property.REASON_STRING, detail);
    }

    /** Not every reason that ends a connection is one that CONNACK may give (table 3-1 of MQTT 5). */
    private static ReasonCode inConnack(ReasonCode reason) {
        return switch (reason) {
            case SERVER_SHUTTING_DOWN -> ReasonCode.SERVER_UNAVAILABLE;
            case SESSION_TAKEN_OVER, ADMINISTRATIVE_ACTION, TOPIC_ALIAS_INVALID -> ReasonCode.UNSPECIFIED_ERROR;
            default -> reason;
        };
    }
}
