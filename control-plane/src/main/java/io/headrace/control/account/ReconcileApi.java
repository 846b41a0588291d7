package io.headrace.control.account;

import io.headrace.control.access.Role;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.control.reconcile.Reconciler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * {@code GET /api/v1/reconcile}: what the running account says now or, with {@code full=true}, what the topics say that are
 * read from their beginning for it. {@code /minutes}: the account by minute.
 */
public final class ReconcileApi {
    private static final int MOST_MINUTES = 10_080;

    private final Accountant accountant;
    private final Reconciler reconciler;
    private final Clock clock;

    /** An answer to a list, the oldest first. */
    record Listing(List<MinuteView> minutes) {}

    public ReconcileApi(Accountant accountant, Reconciler reconciler, Clock clock) {
        this.accountant = accountant;
        this.reconciler = reconciler;
        this.clock = clock;
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", "/api/v1/reconcile", Role.VIEWER, this::reconcile),
                Endpoint.of("GET", "/api/v1/reconcile/minutes", Role.VIEWER, this::minutes));
    }

    private Answer reconcile(Call call) {
        return switch (call.findQuery("full").orElse("false")) {
            case "true" -> Answer.ok(reconciler.run());
            case "false" -> Answer.ok(accountant.report());
            default -> throw Problem.badRequest("full must be true or false");
        };
    }

    private Answer minutes(Call call) {
        Instant now = clock.instant();
        Instant from = now.minus(Duration.ofMinutes(call.query("last", 60, 1, MOST_MINUTES)));
        return Answer.ok(new Listing(accountant.minutes(from, now.plus(Duration.ofMinutes(1)))));
    }
}
