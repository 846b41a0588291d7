package io.headrace.gateway.admission;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** One device's buckets, shared by all its connections. Remembered while it isn't full. */
final class DeviceAllowance implements Allowance {
    private final long burst;
    private final LongSupplier nanoTime;
    private final QuotaMeters meters;
    private final Consumer<DeviceAllowance> remember;
    private final Pace messages;
    private final Pace bytes;
    private volatile Rates rates;
    private volatile boolean isRemembered;

    /**
     * @param burst size of both buckets, nanoseconds
     * @param remember keeps it from being forgotten, until it is {@link #forgotten}
     */
    DeviceAllowance(
            Rates rates, long burst, LongSupplier nanoTime, QuotaMeters meters, Consumer<DeviceAllowance> remember) {
        this.rates = rates;
        this.burst = burst;
        this.nanoTime = nanoTime;
        this.meters = meters;
        this.remember = remember;
        long now = nanoTime.getAsLong();
        this.messages = new Pace(now);
        this.bytes = new Pace(now);
    }

    /** What the device has used stays used. */
    void change(Rates changed) {
        rates = changed;
    }

    @Override
    public long now() {
        return nanoTime.getAsLong();
    }

    @Override
    public long take(int size, long now) {
        Rates limit = rates;
        if (limit.isUnlimited()) {
            return 0;
        }
        long cost = limit.ofMessages(1);
        long wait = messages.take(cost, now, burst);
        if (wait > 0) {
            meters.refusedByMessages.increment();
            return wait;
        }
        wait = bytes.take(limit.ofBytes(size), now, burst);
        if (wait > 0) {
            messages.giveBack(cost);
            meters.refusedByBytes.increment();
            return wait;
        }
        used();
        return 0;
    }

    @Override
    public long charge(int count, int size, long now) {
        Rates limit = rates;
        if (limit.isUnlimited()) {
            return 0;
        }
        long ofMessages = limit.ofMessages(count);
        long ofBytes = limit.ofBytes(size);
        long byMessages = messages.charge(ofMessages, now, burst);
        long byBytes = bytes.charge(ofBytes, now, burst);
        used();
        if (byMessages == 0 && byBytes == 0) {
            return 0;
        }
        if (byMessages >= byBytes) {
            meters.delayedByMessages.increment(over(count, byMessages, ofMessages));
        } else {
            meters.delayedByBytes.increment(over(count, byBytes, ofBytes));
        }
        return Math.max(byMessages, byBytes);
    }

    /** Of messages that came together, how many are over the quota, by the time that they wait and that they cost. */
    private static double over(int count, long wait, long cost) {
        return Math.min(count, Math.ceil((double) count * wait / cost));
    }

    private void used() {
        if (!isRemembered) {
            isRemembered = true;
            remember.accept(this);
        }
    }

    /** Called after it is forgotten: has itself remembered again unless it is full. */
    void forgotten() {
        isRemembered = false; // before the look at the buckets, so that who uses them meanwhile sees it
        long now = nanoTime.getAsLong();
        if (!messages.isFull(now) || !bytes.isFull(now)) {
            used();
        }
    }
}
