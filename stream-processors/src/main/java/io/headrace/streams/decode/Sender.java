package io.headrace.streams.decode;

import java.util.Optional;

/**
 * Whose message it is, and what was said beside the payload.
 *
 * @param device its id; empty where nobody is known
 * @param topic of MQTT, without {@code telemetry/} where it began so
 * @param precision unit of the times in the payload, for formats that don't say it themselves
 * @param memory of the device's earlier messages
 * @param replay whether the message comes once more, later than others that followed it
 */
public record Sender(String device, Optional<String> topic, Optional<String> precision, Memory memory, boolean replay) {
    /** Nobody: what can be decoded by its content alone still is. */
    public static final Sender UNKNOWN = new Sender("", Optional.empty(), Optional.empty(), Memory.NONE, false);
}
