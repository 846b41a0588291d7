package io.headrace.control.maintenance;

import io.headrace.control.definitions.Kind;
import io.headrace.control.http.Problem;
import io.headrace.record.Maintenance;
import java.time.Instant;
import java.util.Collection;

/** When somebody works on devices, so that what they measure is neither learnt from nor held against them. */
public final class MaintenanceKind implements Kind<Maintenance, MaintenanceBody> {
    private static final int MOST = 10_000;

    @Override
    public String name() {
        return "maintenance";
    }

    @Override
    public String plural() {
        return "maintenance";
    }

    @Override
    public Class<MaintenanceBody> body() {
        return MaintenanceBody.class;
    }

    @Override
    public Maintenance record(MaintenanceBody body, String id, Instant now) {
        return body.toMaintenance(id, now);
    }

    @Override
    public Maintenance by(String caller, Maintenance record) {
        return Maintenance.newBuilder(record).setBy(caller).build();
    }

    @Override
    public MaintenanceBody shown(Maintenance record) {
        return MaintenanceBody.of(record);
    }

    @Override
    public void requireRoom(Maintenance record, Collection<Maintenance> others) {
        if (others.size() >= MOST) {
            throw Problem.conflict("there are " + MOST + " already: remove some of those that are over");
        }
    }
}
