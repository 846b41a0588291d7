package io.headrace.control.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One query, from its statement to its last row, on one thread. Another may stop it at any time. */
final class QueryRun implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(QueryRun.class);

    private final QueryConfig config;
    private final String sql;
    private final Tier tier;
    private final Duration timeout;
    private final Runnable freed;
    private final Delivery delivery = new Delivery();
    private volatile String outcome = "running";
    private volatile @Nullable QueryFailure stopped;
    private volatile @Nullable Thread thread;
    private volatile @Nullable Duck duck;
    private volatile @Nullable WarmTier warm;

    /** @param freed called once, when nothing is held any more and before its client learns that it has ended */
    QueryRun(QueryConfig config, String sql, Tier tier, Duration timeout, Runnable freed) {
        this.config = config;
        this.sql = sql;
        this.tier = tier;
        this.timeout = timeout;
        this.freed = freed;
    }

    Delivery delivery() {
        return delivery;
    }

    /** How it ended: {@code answered}, or the kind of its failure. */
    String outcome() {
        return outcome;
    }

    /** Ends it, with this as its failure. */
    synchronized void stop(QueryFailure why) {
        Thread running = thread;
        if (stopped != null || running == null) {
            return;
        }
        stopped = why;
        Duck asking = duck;
        if (asking != null) {
            asking.cancel();
        }
        WarmTier copying = warm;
        if (copying != null) {
            copying.cancel();
        }
        running.interrupt();
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        Map<String, Object> facts = Map.of();
        @Nullable QueryFailure failure = null;
        try {
            facts = runInFolderOfItsOwn();
        } catch (RuntimeException | LinkageError | SQLException | IOException e) {
            failure = stopped != null ? stopped : failure(e);
        }
        ended();
        outcome = failure == null ? "answered" : failure.kind().name().toLowerCase(Locale.ROOT);
        freed.run();
        try {
            if (failure == null) {
                delivery.end(facts);
            } else {
                delivery.fail(failure);
            }
        } catch (QueryFailure nobodyListens) {
            LOG.debug("nobody was there to hear how a query ended");
        }
    }

    /** Nobody stops it from here on, so that its last line isn't lost. */
    private synchronized void ended() {
        thread = null;
        Thread.interrupted();
    }

    private QueryFailure failure(Throwable e) {
        if (e instanceof QueryFailure known) {
            return known;
        }
        if (e instanceof PSQLException refused) {
            LOG.warn("PostgreSQL, asked by a query: {}", refused.getMessage());
            return WarmTier.failure(refused);
        }
        if (e instanceof SQLException refused && !Duck.isBug(refused)) {
            return Duck.failure(refused);
        }
        LOG.error("a query failed: {}", sql, e);
        return QueryFailure.away("the query failed; the control plane's log says why");
    }

    private Map<String, Object> runInFolderOfItsOwn() throws SQLException, IOException {
        Path temporary = Files.createTempDirectory(config.temporary(), "headrace-query-");
        try (Duck mine = Duck.open(config, temporary)) {
            duck = mine;
            delivery.percentFrom(mine::percent);
            return run(mine, temporary);
        } finally {
            duck = null;
            delete(temporary);
        }
    }

    /** What is told at the end. */
    private Map<String, Object> run(Duck mine, Path temporary) throws SQLException {
        boolean isOfCold = !config.cold().isEmpty() && namesCold(mine.parse(sql));
        try (ColdTier cold =
                isOfCold ? ColdTier.open(config.cold(), temporary.resolve("cold"), config.temporaryBytes()) : null) {
            mine.lock(Optional.ofNullable(cold).map(ColdTier::folder));
            createTables(mine);
            Plan plan = Plan.read(mine.explain(sql));
            requireGoingOn();
            load(mine, plan, cold);
            delivery.phase("running");
            requireGoingOn();
            mine.execute("CREATE TABLE copied.result AS\n" + sql);
        }
        delivery.phase("sending");
        Map<String, Object> facts = new HashMap<>();
        mine.read("FROM copied.result", rows -> facts.put("rows", delivery.rows(rows)));
        return facts;
    }

    /** Whether it reads the cold tier, by the names in it. */
    private boolean namesCold(JsonNode parsed) {
        return parsed.findParents("table_name").stream()
                .filter(node -> node.path("table_name").asText().equalsIgnoreCase("readings"))
                .map(node -> node.path("schema_name").asText())
                .anyMatch(schema ->
                        schema.equalsIgnoreCase("cold") || (!schema.equalsIgnoreCase("warm") && tier != Tier.WARM));
    }

    private void createTables(Duck mine) throws SQLException {
        mine.execute("CREATE SCHEMA warm");
        mine.execute("CREATE SCHEMA cold");
        for (Relation relation : Relation.values()) {
            if (relation != Relation.READINGS || tier == Tier.BOTH) {
                mine.execute("CREATE TABLE " + relation.table() + " (" + relation.definition() + ")");
            }
        }
        for (String view : tier.views()) {
            mine.execute(view);
        }
    }

    private void load(Duck mine, Plan plan, @Nullable ColdTier cold) throws SQLException {
        boolean needsCold = plan.reads(Relation.READINGS, Relation.COLD_READINGS);
        if (needsCold && cold == null && !config.cold().isEmpty()) {
            throw QueryFailure.wrong("readings must be named in the statement itself");
        }
        if (plan.reads(Relation.COLD_READINGS) && cold == null) {
            throw QueryFailure.wrong("there is no cold tier here: control-plane.query.catalog isn't configured");
        }
        boolean needsWarm = plan.reads(
                Relation.READINGS,
                Relation.WARM_READINGS,
                Relation.AGGREGATES,
                Relation.ANOMALIES,
                Relation.ALERTS,
                Relation.PREDICTIONS);
        if (!needsWarm || config.warm().isEmpty()) {
            new Loader(mine, null, cold).load(plan);
            return;
        }
        delivery.phase("reading PostgreSQL");
        try (WarmTier opened = WarmTier.open(config.warm().get(), timeout, config.maxCopiedRows(), delivery::copied)) {
            warm = opened;
            requireGoingOn();
            new Loader(mine, opened, cold).load(plan);
        } finally {
            warm = null;
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void requireGoingOn() {
        QueryFailure why = stopped;
        if (why != null) {
            throw why;
        }
    }
}
