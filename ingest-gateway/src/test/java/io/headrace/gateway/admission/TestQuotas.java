package io.headrace.gateway.admission;

import io.headrace.catalogue.DeviceId;

/** One allowance for all devices, which a test uses up and refills. */
public final class TestQuotas implements Quotas, Allowance {
    private long wait;

    /** From here on a message has to wait so long; 0 for not at all. */
    public synchronized void exhaust(long nanos) {
        wait = nanos;
    }

    @Override
    public Allowance of(DeviceId device) {
        return this;
    }

    @Override
    public long now() {
        return 0;
    }

    @Override
    public synchronized long take(int bytes, long now) {
        return wait;
    }

    @Override
    public synchronized long charge(int messages, int bytes, long now) {
        return wait;
    }
}
