package io.headrace.gateway.admission;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.identity.RegisteredLimits;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Quotas from the devices' registrations. A device's buckets are kept for as long as a connection of the device holds
 * them, and then until they are full: to forget them sooner would fill them.
 */
public final class DeviceQuotas implements Quotas {
    private final QuotaConfig config;
    private final RegisteredLimits registered;
    private final LongSupplier nanoTime;
    private final QuotaMeters meters;
    private final Map<DeviceId, Held> allowances = new ConcurrentHashMap<>();
    private final ReferenceQueue<DeviceAllowance> released = new ReferenceQueue<>();
    private final Set<DeviceAllowance> used = ConcurrentHashMap.newKeySet();

    private static final class Held extends WeakReference<DeviceAllowance> {
        private final DeviceId device;

        private Held(DeviceId device, DeviceAllowance allowance, ReferenceQueue<DeviceAllowance> released) {
            super(allowance, released);
            this.device = device;
        }
    }

    public DeviceQuotas(QuotaConfig config, RegisteredLimits registered, MeterRegistry meters) {
        this(config, registered, meters, System::nanoTime);
    }

    DeviceQuotas(QuotaConfig config, RegisteredLimits registered, MeterRegistry meters, LongSupplier nanoTime) {
        this.config = config;
        this.registered = registered;
        this.nanoTime = nanoTime;
        this.meters = new QuotaMeters(meters);
        Gauge.builder("headrace.quota.devices", allowances, Map::size)
                .description("devices whose quota is kept in memory")
                .register(meters);
        registered.onChange(this::changed);
    }

    @Override
    public Allowance of(DeviceId device) {
        Held held = allowances.get(device);
        DeviceAllowance allowance = held == null ? null : held.get();
        return allowance == null ? made(device) : allowance;
    }

    private DeviceAllowance made(DeviceId device) {
        @Nullable DeviceAllowance[] made = new @Nullable DeviceAllowance[1]; // holds it strongly until the caller does
        allowances.compute(device, (_, held) -> {
            made[0] = held == null ? null : held.get();
            if (made[0] != null) {
                return held;
            }
            // Within compute: a change of the registration comes either before, and is read, or after, and finds it.
            made[0] = new DeviceAllowance(rates(device), config.burst().toNanos(), nanoTime, meters, used::add);
            return new Held(device, made[0], released);
        });
        return Objects.requireNonNull(made[0]);
    }

    private Rates rates(DeviceId device) {
        RegisteredLimits.Limits limits = registered.limits(device);
        return new Rates(
                orDefault(limits.messagesPerSecond(), config.byDefault().messages()),
                orDefault(limits.bytesPerSecond(), config.byDefault().bytes()));
    }

    private static long orDefault(@Nullable Number registered, long otherwise) {
        return registered == null ? otherwise : Math.max(1, registered.longValue());
    }

    private void changed(DeviceId device) {
        allowances.computeIfPresent(device, (_, held) -> {
            DeviceAllowance allowance = held.get();
            if (allowance != null) {
                allowance.change(rates(device));
            }
            return held;
        });
    }

    /** Forgets whom nothing is to be remembered of. Now and then, on one thread. */
    public void tidy() {
        for (Iterator<DeviceAllowance> each = used.iterator(); each.hasNext(); ) {
            DeviceAllowance allowance = each.next();
            each.remove();
            allowance.forgotten();
        }
        for (Reference<?> gone = released.poll(); gone != null; gone = released.poll()) {
            if (gone instanceof Held held) {
                allowances.remove(held.device, held);
            }
        }
    }
}
