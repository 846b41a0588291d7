package io.headrace.control.erase;

import io.headrace.catalogue.DeviceId;
import io.headrace.control.access.Role;
import io.headrace.control.audit.Audit;
import io.headrace.control.compacted.CompactedTopic;
import io.headrace.control.compacted.Table;
import io.headrace.control.devices.DeviceRegistry;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.record.Device;
import io.headrace.record.Erasure;
import io.headrace.record.ErasureState;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/v1/devices/{id}:erase}, and what became of it under {@code /api/v1/erasures}. */
public final class ErasuresApi implements AutoCloseable {
    private static final String ALL = "/api/v1/erasures";

    private final KafkaClients clients;
    private final List<ErasedStore> stores;
    private final CompactedTopic<Erasure> table;
    private final Table<Device> devices;
    private final Audit audit;
    private final Clock clock;
    private final Erasures erasures;

    /** Null for false. */
    record Request(@Nullable Boolean dryRun) {
        boolean isDryRun() {
            return Boolean.TRUE.equals(dryRun);
        }
    }

    /** Rows of a device in one place. */
    record Found(String name, long rows) {}

    /**
     * What an erasure would delete.
     *
     * @param registered whether there is such a device
     * @param kafkaUntil as in the proof, if it were done now
     */
    record DryRun(String device, boolean registered, List<Found> places, Map<String, Instant> kafkaUntil) {}

    /** An answer to a list, the newest first. */
    record Listing(List<ErasureView> erasures) {}

    /** Also begins to carry out what an earlier control plane left. */
    public ErasuresApi(
            KafkaClients clients,
            EraseConfig config,
            List<ErasedStore> stores,
            CompactedTopic<Erasure> table,
            DeviceRegistry registry,
            Audit audit,
            Clock clock) {
        this.clients = clients;
        this.stores = List.copyOf(stores);
        this.table = table;
        this.devices = registry.table();
        this.audit = audit;
        this.clock = clock;
        this.erasures = new Erasures(
                table,
                devices,
                this.stores,
                config,
                clock,
                stopping -> new ErasureRun(clients, config, this.stores, table, registry, audit, clock, stopping));
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("POST", "/api/v1/devices/{id}:erase", Role.ADMIN, this::erase),
                Endpoint.of("GET", ALL, Role.VIEWER, this::list),
                Endpoint.of(
                        "GET",
                        ALL + "/{id}",
                        Role.VIEWER,
                        call -> Answer.ok(ErasureView.of(existing(call.path("id"))))));
    }

    private Answer erase(Call call) {
        String id = call.path("id");
        if (!DeviceId.isValid(id)) {
            throw Problem.badRequest("a device's id is 1 to " + DeviceId.MAX_LENGTH + " of A-Z a-z 0-9 - . _ : @ = ,");
        }
        Request request = call.body().length == 0 ? new Request(false) : call.json(Request.class);
        if (request.isDryRun()) {
            return Answer.ok(dryRun(id));
        }
        String location = ALL + "/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
        if (isRunning(table, id)) {
            return Answer.created(location, ErasureView.of(existing(id)));
        }
        audit.record(
                call.caller(),
                "device.erase",
                id,
                Map.of("registered", devices.find(id).isPresent()));
        // what an earlier erasure of the id has cut stays cut until this one cuts more
        Erasure asked = Erasure.newBuilder()
                .setDeviceId(id)
                .setActor(call.caller().name())
                .setRequestedAt(clock.instant().truncatedTo(ChronoUnit.MICROS))
                .setState(ErasureState.RUNNING)
                .setCut(table.find(id).map(Erasure::getCut).orElseGet(Map::of))
                .build();
        erasures.add(asked);
        return Answer.created(location, ErasureView.of(asked));
    }

    private DryRun dryRun(String id) {
        List<Found> found = stores.stream()
                .map(store -> new Found(store.name(), store.count(id)))
                .toList();
        try (Admin admin = clients.admin()) {
            return new DryRun(
                    id,
                    devices.find(id).isPresent(),
                    found,
                    KafkaLeft.until(admin, clients.config().topicPrefix(), clock.instant()));
        }
    }

    private Answer list(Call call) {
        return Answer.ok(new Listing(table.values().stream()
                .sorted(Comparator.comparing(Erasure::getRequestedAt).reversed())
                .limit(call.query("limit", 50, 1, 1_000))
                .map(ErasureView::of)
                .toList()));
    }

    /** Whether a device is being erased: until it is done, none may be made under its id. */
    public static boolean isRunning(Table<Erasure> table, String id) {
        return table.find(id)
                .filter(erasure -> erasure.getState() == ErasureState.RUNNING)
                .isPresent();
    }

    private Erasure existing(String id) {
        return table.find(id).orElseThrow(() -> Problem.notFound("no device of this id was erased"));
    }

    @Override
    public void close() {
        erasures.close();
    }
}
