package io.headrace.control.models;

import io.headrace.control.access.Role;
import io.headrace.control.audit.Audit;
import io.headrace.control.compacted.Table;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.record.Model;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Endpoints under {@code /api/v1/models}. */
public final class ModelsApi {
    /** Most models of a hub. */
    static final int MOST = 100;

    private static final String ALL = "/api/v1/models";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Table<Model> table;
    private final Audit audit;
    private final Clock clock;
    private final ReentrantLock changing = new ReentrantLock();

    /** @param version null for the newest that is stored */
    record Activation(@Nullable Long version) {}

    /** Without their parameters. */
    record Found(List<ModelBody> models) {}

    public ModelsApi(Table<Model> table, Audit audit, Clock clock) {
        this.table = table;
        this.audit = audit;
        this.clock = clock;
    }

    public List<Endpoint> endpoints() {
        String one = ALL + "/{id}";
        return List.of(
                Endpoint.of(
                        "GET",
                        ALL,
                        Role.VIEWER,
                        call -> Answer.ok(new Found(
                                table.values().stream().map(ModelBody::brief).toList()))),
                Endpoint.of("GET", one, Role.VIEWER, call -> Answer.ok(ModelBody.whole(existing(call.path("id"))))),
                Endpoint.of("PUT", one, Role.OPERATOR, this::put),
                Endpoint.of("POST", one + ":activate", Role.OPERATOR, this::activate),
                Endpoint.of("POST", one + ":deactivate", Role.OPERATOR, this::deactivate),
                Endpoint.of("DELETE", one, Role.OPERATOR, this::delete));
    }

    private Answer put(Call call) {
        String name = call.path("id");
        if (!NAME.matcher(name).matches()) {
            throw Problem.badRequest("a model's name must be 1 to 64 of A-Z a-z 0-9 _ -");
        }
        Instant now = now();
        Model model = call.json(ModelBody.class).toModel(name, call.caller().name(), now);
        changing.lock();
        try {
            Optional<Model> before = table.find(name);
            if (before.isEmpty() && table.values().size() >= MOST) {
                throw Problem.conflict("there are " + MOST + " models already");
            }
            ModelBody stored = store(call, "model.put", Succession.next(model, before, now));
            return before.isPresent() ? Answer.ok(stored) : Answer.created(ALL + "/" + name, stored);
        } finally {
            changing.unlock();
        }
    }

    private Answer activate(Call call) {
        Long wanted =
                call.body().length == 0 ? null : call.json(Activation.class).version();
        changing.lock();
        try {
            Model current = existing(call.path("id"));
            Model earlier = current.getEarlier();
            if (wanted == null || wanted == current.getVersion()) {
                return Answer.ok(
                        current.getEnabled()
                                ? ModelBody.brief(current)
                                : store(call, "model.activate", Succession.switched(current, true, now())));
            }
            if (earlier == null || earlier.getVersion() != wanted) {
                throw Problem.conflict("version " + wanted + " isn't kept: there is " + current.getVersion()
                        + (earlier == null ? "" : ", and " + earlier.getVersion() + " before it"));
            }
            return Answer.ok(store(call, "model.activate", Succession.back(current, earlier, now())));
        } finally {
            changing.unlock();
        }
    }

    private Answer deactivate(Call call) {
        changing.lock();
        try {
            Model current = existing(call.path("id"));
            return Answer.ok(
                    current.getEnabled()
                            ? store(call, "model.deactivate", Succession.switched(current, false, now()))
                            : ModelBody.brief(current));
        } finally {
            changing.unlock();
        }
    }

    private ModelBody store(Call call, String action, Model model) {
        ModelBody shown = ModelBody.brief(model);
        audit.record(call.caller(), action, model.getName(), Map.of("model", shown));
        table.put(model.getName(), model);
        return shown;
    }

    private Answer delete(Call call) {
        String name = call.path("id");
        changing.lock();
        try {
            ModelBody was = ModelBody.brief(existing(name));
            audit.record(call.caller(), "model.delete", name, Map.of("model", was));
            table.remove(name);
            return new Answer.Nothing();
        } finally {
            changing.unlock();
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private Model existing(String name) {
        return table.find(name).orElseThrow(() -> Problem.notFound("there is no model of this name"));
    }
}
