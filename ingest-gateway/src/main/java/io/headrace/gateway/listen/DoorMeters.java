package io.headrace.gateway.listen;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** Connections before they are a device's, of all listeners. */
final class DoorMeters {
    final AtomicInteger waiting = new AtomicInteger();
    final Counter denied;
    final Counter crowdedOut;
    final Counter waitedTooLong;
    final Counter tooManyOfSource;
    final Counter tooManyInAll;
    final Counter unknownTooLong;
    final Counter acceptFailures;

    DoorMeters(MeterRegistry meters, Census census) {
        denied = refused("address-denied", meters);
        crowdedOut = refused("too-many-waiting", meters);
        waitedTooLong = refused("waited-too-long", meters);
        tooManyOfSource = refused("too-many-of-source", meters);
        tooManyInAll = refused("too-many", meters);
        unknownTooLong = refused("not-authenticated-in-time", meters);
        acceptFailures = Counter.builder("headrace.listen.accept.failures")
                .description("connections that couldn't be taken from the kernel, for want of file descriptors mostly")
                .register(meters);
        Gauge.builder("headrace.listen.waiting", waiting, AtomicInteger::get)
                .description("connections that wait to be let in")
                .register(meters);
        Gauge.builder("headrace.listen.strangers", census, Census::strangers)
                .description("connections let in that aren't a device's yet")
                .register(meters);
    }

    private static Counter refused(String reason, MeterRegistry meters) {
        return Counter.builder("headrace.listen.refused")
                .description("connections closed before they were a device's")
                .tag("reason", reason)
                .register(meters);
    }
}
