package io.headrace.gateway.edge;

import io.headrace.gateway.admission.Quotas;
import io.headrace.gateway.command.Commands;
import io.headrace.gateway.events.DeviceEvents;
import io.headrace.gateway.identity.Identities;
import io.headrace.gateway.ingest.Ingest;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;

/**
 * What a protocol's edge does its work with.
 *
 * @param ingest where messages go
 * @param commands what devices are to do
 * @param identities who a connection is
 * @param quotas how much a device may send
 * @param events who wants to know of connections
 * @param meters what is measured
 * @param clock wall clock, for what is told to others; time-outs go by the event loop's own
 */
public record Ports(
        Ingest ingest,
        Commands commands,
        Identities identities,
        Quotas quotas,
        DeviceEvents events,
        MeterRegistry meters,
        InstantSource clock) {}
