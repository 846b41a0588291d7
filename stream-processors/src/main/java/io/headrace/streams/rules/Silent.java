package io.headrace.streams.rules;

import io.headrace.streams.rules.course.DeviceMemory;
import io.headrace.streams.rules.silence.Gateways;
import io.headrace.streams.rules.silence.Gateways.Presence;
import io.headrace.streams.rules.silence.Silences;
import java.util.Optional;

/**
 * How long a device has been silent, milliseconds.
 *
 * @param lasting itself
 * @param unheard for whatever reason
 * @param away its gateway, where that is away
 * @param from when it spoke last, by its own clock; where it never did, when it was to begin to; epoch microseconds
 * @param now by the same clock
 */
record Silent(long lasting, long unheard, Optional<Presence> away, long from, long now) {
    static Silent of(DeviceMemory memory, Versions rule, Silences silences, Gateways gateways) {
        return memory.hasNeverSpoken()
                ? since(Math.max(memory.receivedAt(), rule.point() / 1_000), silences, gateways)
                : since(memory, silences, gateways);
    }

    /** Nobody knows by which gateway such a device would come: none is away for it while one is there. */
    private static Silent since(long from, Silences silences, Gateways gateways) {
        return new Silent(
                silences.lasting(from, gateways.any(silences.now())),
                silences.lasting(from),
                Optional.empty(),
                from * 1_000,
                silences.now() * 1_000);
    }

    private static Silent since(DeviceMemory memory, Silences silences, Gateways gateways) {
        long receivedAt = memory.receivedAt();
        Optional<Presence> gateway = gateways.find(memory.gateway());
        return new Silent(
                silences.lasting(receivedAt, gateway),
                silences.lasting(receivedAt),
                gateway.filter(each -> each.isAway(silences.now())),
                memory.observedAt(),
                memory.observedAt() + Math.max(0, silences.now() - receivedAt) * 1_000);
    }
}
