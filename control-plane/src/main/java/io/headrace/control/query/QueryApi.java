package io.headrace.control.query;

import io.headrace.control.access.Role;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * {@code POST /api/v1/query}: one SELECT over the tiers, answered in lines of JSON.
 *
 * <p>Queries run on threads of their own and not on those of the requests, which a native call would hold.
 */
public final class QueryApi implements AutoCloseable {
    private static final String LINES = "application/x-ndjson";
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final QueryConfig config;
    private final MeterRegistry metrics;
    private final Semaphore permits;
    private final ExecutorService workers;
    private final ScheduledThreadPoolExecutor limits;
    private final Set<QueryRun> running = ConcurrentHashMap.newKeySet();

    public QueryApi(QueryConfig config, MeterRegistry metrics) {
        this.config = config;
        this.metrics = metrics;
        this.permits = new Semaphore(config.concurrent());
        this.workers = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("query-", 1).daemon().factory());
        this.limits = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("query-limits").daemon().factory());
        limits.setRemoveOnCancelPolicy(true);
    }

    public List<Endpoint> endpoints() {
        return List.of(Endpoint.of("POST", "/api/v1/query", Role.VIEWER, this::query));
    }

    private Answer query(Call call) {
        if (config.warm().isEmpty() && config.cold().isEmpty()) {
            throw Problem.notFound("no store is configured here: control-plane.query.postgres.url and .catalog");
        }
        QueryRequest request = call.json(QueryRequest.class);
        Duration timeout = request.timeout(config.timeout());
        String sql = request.statement();
        if (!permits.tryAcquire()) {
            throw Problem.unavailable(config.concurrent() + " queries run already");
        }
        QueryRun run = new QueryRun(config, sql, request.wantedTier(), timeout, permits::release);
        start(run, timeout);
        try {
            run.delivery().awaitFirst();
        } catch (QueryFailure failure) {
            throw failure.problem();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            run.stop(QueryFailure.tooMuch("stopped"));
            throw Problem.unavailable("the control plane stops");
        }
        return new Answer.Lines(LINES, out -> send(run, timeout, out));
    }

    private void start(QueryRun run, Duration timeout) {
        QueryFailure late = QueryFailure.tooMuch("it took longer than " + timeout.toSeconds() + " s");
        Future<?> limit = limits.schedule(() -> run.stop(late), timeout.toMillis(), TimeUnit.MILLISECONDS);
        running.add(run);
        workers.execute(() -> {
            try {
                run.run();
            } finally {
                limit.cancel(false);
                running.remove(run);
                metrics.counter("headrace.query.queries", "outcome", run.outcome())
                        .increment();
            }
        });
    }

    private void send(QueryRun run, Duration timeout, OutputStream out) throws IOException, InterruptedException {
        long grace = timeout.plus(GRACE).toMillis();
        Future<?> limit = limits.schedule(() -> run.delivery().abandon(), grace, TimeUnit.MILLISECONDS);
        try {
            run.delivery().feed(out);
        } catch (IOException | InterruptedException | RuntimeException e) {
            run.stop(QueryFailure.tooMuch("the client left"));
            throw e;
        } finally {
            limit.cancel(false);
        }
    }

    /** Stops what runs. */
    @Override
    public void close() {
        limits.shutdownNow();
        running.forEach(run -> run.stop(QueryFailure.tooMuch("the control plane stops")));
        workers.shutdownNow();
    }
}
