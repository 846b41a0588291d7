package io.headrace.catalogue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Names of the headers that Headrace writes, all values UTF-8 text. Only headers that say something are written. A
 * device can't set any of them: application properties travel under {@link #PROPERTY_PREFIX}.
 */
public final class Headers {
    public static final String CONTENT_TYPE = "hr-content-type";
    public static final String CONTENT_ENCODING = "hr-content-encoding";
    /** {@code mqtt/3.1.1}, {@code mqtt/5}, {@code http}. */
    public static final String PROTOCOL = "hr-protocol";
    /** {@code azure}; not written for {@code native}. */
    public static final String DIALECT = "hr-dialect";

    public static final String CHANNEL = "hr-channel";
    /** MQTT topic, where it is neither {@code telemetry} nor {@code telemetry/<channel>}. */
    public static final String TOPIC = "hr-topic";

    public static final String MESSAGE_ID = "hr-message-id";
    public static final String CORRELATION_ID = "hr-correlation-id";
    /** Epoch milliseconds. */
    public static final String DEVICE_TIME = "hr-device-time";
    /** Epoch milliseconds. */
    public static final String EXPIRES_AT = "hr-expires-at";

    public static final String GATEWAY = "hr-gateway";
    /** MQTT packet identifier in decimal, QoS 1 and 2 only: with the payload it recognises a resend. */
    public static final String PACKET_ID = "hr-packet-id";
    /** {@code 1} where the device marked the message as a resend (MQTT DUP). */
    public static final String RESEND = "hr-resend";
    /** W3C Trace Context. */
    public static final String TRACEPARENT = "traceparent";
    /** W3C Trace Context; only beside {@link #TRACEPARENT}. */
    public static final String TRACESTATE = "tracestate";

    public static final String PROPERTY_PREFIX = "hr-p-";
    /** The application property that says the unit of the times in a payload, for formats that don't: line protocol. */
    public static final String PRECISION = PROPERTY_PREFIX + "precision";

    /** {@code <partition>:<offset>}, with {@code #<index>} where one message held several readings. */
    public static final String ORIGIN = "hr-origin";

    /** How far the device's own time had moved on past a late reading. */
    public static final String LATENESS_MS = "hr-lateness-ms";
    /**
     * Sizes, in milliseconds and parted by commas, of the windows without a name that a late reading's values are missing
     * from; not written where {@link #LATE_WINDOWS} says it all.
     */
    public static final String LATE_SIZES = "hr-late-sizes";
    /** Names, parted by commas, of the windows with a name that a late reading's values are missing from. */
    public static final String LATE_WINDOWS = "hr-late-windows";

    /** Of a window's result with a revision above 0: how many values it counts that no earlier revision did. */
    public static final String ADDED = "hr-added";

    /** Before a tier's name, which is also that of its sink. */
    public static final String TIER_PREFIX = "hr-tier-";

    public static final String TIER_HOT = "hr-tier-hot";
    public static final String TIER_WARM = "hr-tier-warm";
    public static final String TIER_COLD = "hr-tier-cold";

    /**
     * Epoch milliseconds, by the processor's clock: when an alert was raised or changed, which may be long after what led
     * to it was received.
     */
    public static final String DECIDED_AT = "hr-decided-at";
    /** Before the name of the sink that a notification is for; the value says nothing. */
    public static final String SINK_PREFIX = "hr-sink-";

    /** A {@link Reason}. */
    public static final String REASON = "hr-reason";
    /** One line, no trace. */
    public static final String DETAIL = "hr-detail";
    /** Name of the fragment or sink that gave up. */
    public static final String STAGE = "hr-stage";
    /** How often the record was replayed, decimal; not written for never. */
    public static final String REPLAYS = "hr-replays";
    /** Id of the replay that brought the record back. */
    public static final String REPLAY = "hr-replay";
    /** {@code <topic>:<partition>:<offset>}: where the record stood that a sink refused first; only of replayed ones. */
    public static final String SOURCE = "hr-source";
    /**
     * Epoch milliseconds: when the gateway received the message, where the record's timestamp says something else: it was
     * replayed, and retention goes by when that was.
     */
    public static final String RECEIVED_AT = "hr-received-at";
    /** Of a record of the replays that is no dead letter: the raw offset before which its device's messages are erased. */
    public static final String ERASE = "hr-erase";
    /**
     * {@code 1} on a record of {@code telemetry.alerts} that nobody need be told of: of an alert that another one tells of,
     * or with no more than details of one that was told. A connector leaves them out by Connect's own {@code Filter}.
     */
    public static final String QUIET = "hr-quiet";
    /** Bytes of the message, where its dead letter holds only the first of them. */
    public static final String CUT = "hr-cut";

    private static final String CONNECT_MESSAGE = "__connect.errors.exception.message";
    private static final String CONNECT_CONNECTOR = "__connect.errors.connector.name";

    private Headers() {}

    /**
     * Why a dead letter is one. Connect writes headers of its own where a sink gives a record up, and none of ours: our
     * sinks begin their message with the reason and a colon; what a converter refuses is {@code PROCESSING_FAILED}.
     *
     * @return empty where the record says nothing, or nothing of ours: something else put it there
     */
    public static Optional<Reason> findReason(org.apache.kafka.common.header.Headers headers) {
        Optional<String> ours = find(headers, REASON);
        if (ours.isPresent()) {
            return ours.flatMap(Headers::reason);
        }
        return find(headers, CONNECT_MESSAGE).map(message -> {
            int colon = message.indexOf(':');
            return reason(message.substring(0, Math.max(colon, 0))).orElse(Reason.PROCESSING_FAILED);
        });
    }

    /** {@link #DETAIL}, or the first line of Connect's message. */
    public static Optional<String> findDetail(org.apache.kafka.common.header.Headers headers) {
        return find(headers, DETAIL)
                .or(() -> find(headers, CONNECT_MESSAGE)
                        .flatMap(message -> message.lines().findFirst()));
    }

    /** {@link #STAGE}, or the connector that gave up. */
    public static Optional<String> findStage(org.apache.kafka.common.header.Headers headers) {
        return find(headers, STAGE).or(() -> find(headers, CONNECT_CONNECTOR));
    }

    /** {@link #REPLAYS}; 0 where the record says nothing that can be read. */
    public static int findReplays(org.apache.kafka.common.header.Headers headers) {
        return (int) Math.min(findNumber(headers, REPLAYS).orElse(0), Integer.MAX_VALUE);
    }

    /** A header's whole number, 0 or more; empty where there is none. */
    public static OptionalLong findNumber(org.apache.kafka.common.header.Headers headers, String name) {
        try {
            long number = Long.parseLong(find(headers, name).orElse(""));
            return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
        } catch (NumberFormatException notANumber) {
            return OptionalLong.empty();
        }
    }

    private static Optional<Reason> reason(String name) {
        return Arrays.stream(Reason.values())
                .filter(reason -> reason.name().equals(name))
                .findFirst();
    }

    /** Last value of a header as text; empty where the header is missing or has no value. */
    public static Optional<String> find(org.apache.kafka.common.header.Headers headers, String name) {
        return Optional.ofNullable(text(headers.lastHeader(name)));
    }

    /** Value of a header as text; null where the header is missing or has no value. */
    public static @Nullable String text(@Nullable Header header) {
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Sets a header to one value, whatever it had before. */
    public static void set(org.apache.kafka.common.header.Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
