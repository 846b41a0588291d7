package io.headrace.control.definitions;

import io.headrace.control.access.Role;
import io.headrace.control.audit.Audit;
import io.headrace.control.compacted.Table;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * Endpoints under {@code /api/v1/<kind>s}.
 *
 * @param <V> the kind's record
 * @param <B> its body in the API
 */
public final class DefinitionsApi<V, B> {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final Kind<V, B> kind;
    private final String all;
    private final Table<V> table;
    private final Audit audit;
    private final Clock clock;
    private final ReentrantLock changing = new ReentrantLock();

    public DefinitionsApi(Kind<V, B> kind, Table<V> table, Audit audit, Clock clock) {
        this.kind = kind;
        this.all = "/api/v1/" + kind.plural();
        this.table = table;
        this.audit = audit;
        this.clock = clock;
    }

    public List<Endpoint> endpoints() {
        String one = all + "/{id}";
        return List.of(
                Endpoint.of("GET", all, Role.VIEWER, this::list),
                Endpoint.of("GET", one, Role.VIEWER, call -> Answer.ok(kind.shown(existing(call.path("id"))))),
                Endpoint.of("PUT", one, Role.OPERATOR, this::put),
                Endpoint.of("DELETE", one, Role.OPERATOR, this::delete));
    }

    private Answer list(Call call) {
        List<B> bodies = table.values().stream().map(kind::shown).toList();
        return Answer.ok(Map.of(kind.plural(), bodies));
    }

    private Answer put(Call call) {
        String id = call.path("id");
        if (!ID.matcher(id).matches()) {
            throw Problem.badRequest("id must be 1 to 64 of A-Z a-z 0-9 . _ -");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        V record = kind.by(call.caller().name(), kind.record(call.json(kind.body()), id, now));
        changing.lock();
        try {
            Optional<V> before = table.find(id);
            kind.requireRoom(record, others(before));
            V stored = kind.succeeding(record, before, now);
            B shown = kind.shown(stored);
            audit.record(call.caller(), kind.name() + ".put", id, Map.of(kind.name(), shown));
            table.put(id, stored);
            return before.isPresent() ? Answer.ok(shown) : Answer.created(all + "/" + id, shown);
        } finally {
            changing.unlock();
        }
    }

    private List<V> others(Optional<V> before) {
        return table.values().stream()
                .filter(each -> before.isEmpty() || !each.equals(before.get()))
                .toList();
    }

    private Answer delete(Call call) {
        String id = call.path("id");
        changing.lock();
        try {
            B was = kind.shown(existing(id));
            audit.record(call.caller(), kind.name() + ".delete", id, Map.of(kind.name(), was));
            table.remove(id);
            return new Answer.Nothing();
        } finally {
            changing.unlock();
        }
    }

    private V existing(String id) {
        return table.find(id).orElseThrow(() -> Problem.notFound("there is no " + kind.name() + " of this id"));
    }
}
