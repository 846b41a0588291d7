package io.headrace.gateway.admission;

import io.headrace.catalogue.DeviceId;

/** Quotas of all devices. Safe for use by several threads; no method blocks. */
public interface Quotas {
    /** For the life of a connection, or of a request; follows the registry's changes. */
    Allowance of(DeviceId device);
}
