package io.headrace.gateway.mqtt.session;

import io.headrace.gateway.mqtt.codec.ReasonCode;
import java.util.List;

/** Outcome of one packet on a live connection. */
sealed interface Step {
    /** It goes on. */
    record Go(List<Effect> effects) implements Step {}

    /**
     * The packet ends the connection.
     *
     * @param reason what an MQTT 5 client is told
     * @param detail one line for a person
     */
    record Stop(ReasonCode reason, String detail) implements Step {}

    Go NOTHING = new Go(List.of());
}
