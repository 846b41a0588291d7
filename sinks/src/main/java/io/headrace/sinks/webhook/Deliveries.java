package io.headrace.sinks.webhook;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Reason;
import io.headrace.sinks.convert.RecordJson;
import io.headrace.sinks.plugin.Backoff;
import io.headrace.sinks.refused.DeadLetters;
import io.headrace.sinks.refused.RefusedRecordException;
import java.io.Closeable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * Delivers batches to a target, each record at least once. Records of one key, a device, go one after the other and in
 * their order; those of different devices go side by side.
 *
 * <p>The same batch comes again until all of it is done, so what is delivered is remembered until then, and isn't sent
 * twice but after a crash. The circuit: once the target doesn't take a request, no other is begun, and the next try
 * begins with a single one; the rest follow when that is taken.
 *
 * <p>Not safe for use by several threads.
 */
final class Deliveries implements Closeable {
    /** Well under the consumer's max.poll.interval.ms, so that a slow target doesn't cost us our place in the group. */
    private static final Duration LONGEST_TURN = Duration.ofSeconds(60);
    /** After a turn that was too long for its batch. */
    private static final Duration BREATH = Duration.ofMillis(1);

    private final WebhookConfig config;
    private final Target target;
    private final DeadLetters deadLetters;
    private final Clock clock;
    private final ExecutorService senders;
    /** Of the batch in hand. */
    private final Set<String> done = new HashSet<>();

    private int failures;

    Deliveries(WebhookConfig config, Target target, DeadLetters deadLetters, Clock clock) {
        this.config = config;
        this.target = target;
        this.deadLetters = deadLetters;
        this.clock = clock;
        this.senders = Executors.newFixedThreadPool(config.maxInFlight(), task -> {
            Thread thread = new Thread(task, "webhook-sender");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** One record on its way. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Letter(SinkRecord record, String id, byte[] body) {}

    private record Refusal(Letter letter, String why) {}

    /** Letters of one device, and what became of them. For the thread that sends them; then for the task's. */
    private static final class Chain {
        private final List<Letter> letters = new ArrayList<>();
        private final List<Letter> delivered = new ArrayList<>();
        private final List<Refusal> refused = new ArrayList<>();
        private @Nullable Answer away;
    }

    /**
     * Delivers what isn't delivered yet.
     *
     * @throws TargetAwayException where the rest is to be tried again; the same batch must come again then
     */
    void deliver(Collection<SinkRecord> batch) throws TargetAwayException {
        List<Chain> chains = chains(batch);
        if (failures > 0 && !chains.isEmpty()) {
            probe(chains.get(0));
        }
        Turn turn = new Turn(clock.millis() + LONGEST_TURN.toMillis());
        List<Future<?>> running = new ArrayList<>();
        for (Chain chain : chains) {
            running.add(senders.submit(() -> send(chain, turn)));
        }
        await(running);
        @Nullable Answer away = null;
        for (Chain chain : chains) {
            settle(chain);
            away = chain.away == null ? away : chain.away;
        }
        if (away != null) {
            throw away(away);
        }
        failures = 0;
        if (turn.isOver()) {
            throw new TargetAwayException("the target is slow; the rest of the batch comes after a breath", BREATH);
        }
        done.clear();
    }

    /** When no more requests are begun. Safe for use by several threads. */
    private final class Turn {
        private final long end;
        private volatile boolean isOver;

        private Turn(long end) {
            this.end = end;
        }

        private boolean goesOn() {
            if (!isOver && clock.millis() >= end) {
                isOver = true;
            }
            return !isOver;
        }

        private boolean isOver() {
            return isOver;
        }
    }

    private List<Chain> chains(Collection<SinkRecord> batch) {
        Map<Object, Chain> byDevice = new LinkedHashMap<>();
        for (SinkRecord record : batch) {
            String id = id(record);
            if (record.value() == null || done.contains(id)) {
                continue;
            }
            try {
                Letter letter = new Letter(record, id, config.template().body(RecordJson.of(record)));
                Object device = record.key() == null ? id : record.key();
                byDevice.computeIfAbsent(device, each -> new Chain()).letters.add(letter);
            } catch (RefusedRecordException e) {
                deadLetters.report(record, e);
                done.add(id);
            }
        }
        return List.copyOf(byDevice.values());
    }

    /** The same for a record whenever and by whomever it is sent, and for its dead letter when that is replayed. */
    private static String id(SinkRecord record) {
        Header source = record.headers().lastWithName(Headers.SOURCE);
        if (source != null && source.value() != null) {
            return source.value().toString().replace(':', '-');
        }
        return record.originalTopic() + "-" + record.originalKafkaPartition() + "-" + record.originalKafkaOffset();
    }

    private void probe(Chain chain) throws TargetAwayException {
        Chain first = new Chain();
        first.letters.add(chain.letters.remove(0));
        send(first, new Turn(Long.MAX_VALUE));
        settle(first);
        if (first.away != null) {
            throw away(first.away);
        }
    }

    private void send(Chain chain, Turn turn) {
        for (Letter letter : chain.letters) {
            if (!turn.goesOn()) {
                return;
            }
            Answer answer = target.post(letter.id(), letter.body());
            switch (answer.outcome()) {
                case DELIVERED -> chain.delivered.add(letter);
                case REFUSED -> chain.refused.add(new Refusal(letter, answer.detail()));
                case AWAY -> {
                    if (!isTooOld(letter)) {
                        chain.away = answer;
                        turn.isOver = true;
                        return;
                    }
                    chain.refused.add(new Refusal(letter, "given up: " + answer.detail()));
                }
            }
        }
    }

    private boolean isTooOld(Letter letter) {
        @Nullable Long written = letter.record().timestamp();
        long limit = config.giveUpAfter().toMillis();
        return limit > 0 && written != null && clock.millis() - written > limit;
    }

    private void settle(Chain chain) {
        for (Letter letter : chain.delivered) {
            done.add(letter.id());
        }
        for (Refusal refusal : chain.refused) {
            SinkRecord record = refusal.letter().record();
            deadLetters.report(record, new RefusedRecordException(Reason.REJECTED_BY_TARGET, refusal.why()));
            done.add(refusal.letter().id());
        }
    }

    private static void await(List<Future<?>> running) {
        try {
            for (Future<?> each : running) {
                each.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RetriableException("interrupted while requests were on their way", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a request failed by a bug", e.getCause());
        }
    }

    private TargetAwayException away(Answer answer) {
        Backoff backoff = config.backoff();
        long asked = Math.max(0, answer.retryAfter().toMillis());
        long pause =
                Math.max(backoff.pause(failures++), Math.min(backoff.longest().toMillis(), asked));
        return new TargetAwayException(
                "the target doesn't take requests: " + answer.detail(), Duration.ofMillis(pause));
    }

    @Override
    public void close() {
        senders.shutdownNow();
        target.close();
    }
}
