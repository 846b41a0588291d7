package io.headrace.control.account;

import io.headrace.control.compacted.Table;
import io.headrace.control.http.UnavailableException;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.Offsets;
import io.headrace.control.kafka.TopicScan;
import io.headrace.control.reconcile.ReconcileConfig;
import io.headrace.control.reconcile.ReconcileReport;
import io.headrace.record.Erasure;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the running account: goes on from the newest snapshot, reads a round a second, answers who asks, and writes a
 * snapshot once in a while and at the end. While Kafka or the registry is away it waits. Owns a thread, which alone
 * touches the account.
 */
public final class Accountant implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Accountant.class);
    private static final long PERIOD_MS = 1_000;
    private static final Duration ENOUGH = Duration.ofSeconds(4);
    private static final Duration FORGET_EVERY = Duration.ofMinutes(1);
    /** What doesn't add up shows at the end of a second round that began after the question. */
    private static final int ROUNDS = 2;

    private final KafkaClients clients;
    private final ReconcileConfig reconcile;
    private final AccountConfig config;
    private final Clock clock;
    private final Table<Erasure> erasures;
    private final Alarm alarm;
    private final LinkedBlockingQueue<Question> questions = new LinkedBlockingQueue<>();
    private final Thread thread;

    private @Nullable Account account;
    private @Nullable AccountReader reader;
    private Instant forgetAt = Instant.MIN;
    private Instant snapshotAt = Instant.MIN;
    private volatile AccountStatus status = AccountStatus.NONE;
    private volatile boolean stopping;

    private static final class Question {
        private final CompletableFuture<Object> answer = new CompletableFuture<>();
        private final BiFunction<Account, Statements, Object> asked;
        private int rounds = ROUNDS;

        Question(BiFunction<Account, Statements, Object> asked) {
            this.asked = asked;
        }
    }

    /** Starts at once; returns at once. */
    public Accountant(
            KafkaClients clients,
            ReconcileConfig reconcile,
            AccountConfig config,
            Table<Erasure> erasures,
            MeterRegistry meters,
            Clock clock) {
        this.clients = clients;
        this.reconcile = reconcile;
        this.config = config;
        this.erasures = erasures;
        this.clock = clock;
        this.alarm = new Alarm(config.alertAfter());
        this.thread = Thread.ofPlatform().daemon().name("accountant").unstarted(this::run);
        LedgerMeters.bind(meters, config.sinks(), this::status, clock);
        thread.start();
    }

    /** As of the last round. */
    public AccountStatus status() {
        return thread.isAlive() ? status : AccountStatus.NONE;
    }

    /**
     * The account as of a moment after this call.
     *
     * @throws UnavailableException where there is none within the time that a reconciliation may take
     */
    public ReconcileReport report() {
        long began = System.nanoTime();
        return (ReconcileReport) ask((current, statements) -> statements.report(current, clock.instant(), began));
    }

    /** What of it came in each minute, of each raw partition; the newest last. */
    List<MinuteView> minutes(Instant from, Instant until) {
        long first = from.getEpochSecond() / 60;
        long end = until.getEpochSecond() / 60;
        @SuppressWarnings("unchecked") // what is asked is what is answered
        List<MinuteView> views = (List<MinuteView>) ask((current, statements) -> MinuteView.of(current, first, end));
        return views;
    }

    private Object ask(BiFunction<Account, Statements, Object> asked) {
        Question question = new Question(asked);
        questions.add(question);
        try {
            if (!thread.isAlive()) {
                throw new UnavailableException("the running account has stopped: a full reconciliation still goes");
            }
            return question.answer.get(reconcile.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new UnavailableException("the running account hasn't caught up with Kafka", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("the control plane is stopping", e);
        }
    }

    private void run() {
        try (TopicScan scan = new TopicScan(clients, reconcile.timeout());
                Offsets offsets = new Offsets(clients);
                Snapshots snapshots = new Snapshots(clients)) {
            Statements statements = new Statements(clients, reconcile, config, scan);
            Beginning beginning =
                    new Beginning(reconcile, config, clients.config().catalogue(), scan, offsets, snapshots);
            List<Question> open = new ArrayList<>();
            while (!stopping) {
                questions.drainTo(open);
                boolean whole = true;
                try {
                    whole = round(beginning, scan, offsets, snapshots);
                    if (whole) {
                        answer(statements, open);
                    }
                } catch (UnavailableException | RetriableException e) {
                    LOG.warn("the running account waits: {}", e.getMessage());
                    status = status.stale();
                    TimeUnit.MILLISECONDS.sleep(PERIOD_MS);
                }
                if (open.isEmpty() && whole) {
                    Question next = questions.poll(PERIOD_MS, TimeUnit.MILLISECONDS);
                    if (next != null) {
                        open.add(next);
                    }
                }
            }
            if (account != null) {
                snapshots.put(bytes(account));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (UnavailableException e) {
            LOG.warn("no snapshot at the end: {}", e.getMessage());
        } catch (RuntimeException bug) {
            if (!stopping) {
                LOG.error("the running account has stopped", bug);
            }
        }
    }

    /** Whether all was read that was there. */
    private boolean round(Beginning beginning, TopicScan scan, Offsets offsets, Snapshots snapshots) {
        scan.extend(reconcile.timeout());
        Account current = account;
        AccountReader reading = reader;
        Instant now = clock.instant();
        if (current == null || reading == null || forgetAt.isBefore(now)) {
            current = beginning.kept(current, now);
            if (current != account || reading == null) {
                reading =
                        new AccountReader(clients, config, reconcile.pendingGrace(), scan, offsets, current, erasures);
            }
            account = current;
            reader = reading;
            forgetAt = now.plus(FORGET_EVERY);
        }
        boolean whole = reading.round(now);
        if (snapshotAt.isBefore(now)) {
            snapshots.put(bytes(current));
            snapshotAt = now.plus(config.snapshotEvery());
        }
        return whole;
    }

    private void answer(Statements statements, List<Question> open) {
        Account answering = Objects.requireNonNull(account);
        status = statements.status(answering, clock.instant(), alarm);
        for (Iterator<Question> each = open.iterator(); each.hasNext(); ) {
            Question question = each.next();
            if (--question.rounds == 0) {
                question.answer.complete(question.asked.apply(answering, statements));
                each.remove();
            }
        }
    }

    private static byte[] bytes(Account account) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            account.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Writes a last snapshot, so that the next one goes on from here. */
    @Override
    public void close() {
        stopping = true;
        if (!status.current()) {
            thread.interrupt(); // it waits for Kafka
        }
        try {
            if (!thread.join(ENOUGH)) {
                thread.interrupt();
                thread.join(ENOUGH);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
