package io.headrace.sinks.email;

import io.headrace.catalogue.Reason;
import io.headrace.sinks.email.MailServer.Answer;
import io.headrace.sinks.email.MailServer.Connection;
import io.headrace.sinks.refused.DeadLetters;
import io.headrace.sinks.refused.RefusedRecordException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifications on their way to addresses. An address gets them in their order, a few as mails of their own, and what comes
 * faster gathered into one mail for each interval. An address that the server puts off waits alone; a server that is away
 * keeps all waiting, and is tried with one mail.
 *
 * <p>Not safe for use by several threads.
 */
final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    /** Records in hand: ten thousand alerts are no more than some megabytes. */
    private static final int MOST = 20_000;

    /** Of one mail. */
    private static final int MOST_TOGETHER = 5_000;

    /** Well under the consumer's max.poll.interval.ms. */
    private static final Duration LONGEST_TURN = Duration.ofSeconds(60);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(1);

    private final EmailConfig config;
    private final MailServer server;
    private final DeadLetters deadLetters;
    private final Clock clock;
    private final Session session = Session.getInstance(new Properties());
    private final MailText text;
    /** In the order in which they were first told. */
    private final Map<String, Addressee> addressees = new LinkedHashMap<>();
    /** Offsets of what is in hand. */
    private final Map<TopicPartition, TreeSet<Long>> offsets = new HashMap<>();

    private int size;
    private int failures;
    private long awayUntil;

    /** Who is told, and what is still to be told. */
    private static final class Addressee {
        private final Deque<Told> waiting = new ArrayDeque<>();
        private final Pace pace;
        private int putOffs;
        private long putOffUntil;

        private Addressee(Pace pace) {
            this.pace = pace;
        }

        private long next(long now) {
            return Math.max(pace.next(now), putOffUntil);
        }
    }

    Outbox(EmailConfig config, MailServer server, DeadLetters deadLetters, Clock clock) {
        this.config = config;
        this.server = server;
        this.deadLetters = deadLetters;
        this.clock = clock;
        this.text = new MailText(config.zone(), config.consoleUrl());
    }

    boolean hasRoomFor(int records) {
        return size == 0 || size + records <= MOST;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Takes one; what can never become a mail goes to the dead letters. */
    void add(SinkRecord record) {
        if (record.value() == null) {
            return;
        }
        try {
            Told told = Told.of(record);
            if (offsets.computeIfAbsent(told.partition(), any -> new TreeSet<>())
                    .add(told.offset())) {
                long now = clock.millis();
                addressees
                        .computeIfAbsent(
                                told.address(), any -> new Addressee(new Pace(config.burst(), config.interval(), now)))
                        .waiting
                        .add(told);
                size++;
            }
        } catch (RefusedRecordException e) {
            deadLetters.report(record, e);
        }
    }

    /** Sends whatever's turn it is. */
    void deliver() {
        long end = clock.millis() + LONGEST_TURN.toMillis();
        if (size == 0 || clock.millis() < awayUntil) {
            return;
        }
        try (Connection connection = server.connection()) {
            for (Addressee each : List.copyOf(addressees.values())) {
                while (!each.waiting.isEmpty() && each.next(clock.millis()) <= clock.millis()) {
                    if (clock.millis() >= end || !isTold(each, connection)) {
                        return;
                    }
                }
            }
        }
        long now = clock.millis();
        addressees.values().removeIf(each -> each.waiting.isEmpty() && each.pace.isRested(now));
    }

    /** False where the server is away. */
    private boolean isTold(Addressee each, Connection connection) {
        long now = clock.millis();
        List<Told> together = together(each, now);
        Answer answer = connection.send(mail(together), together.get(0).address());
        if (answer instanceof Answer.Away away) {
            awayUntil = now + config.backoff().pause(failures++);
            LOG.warn("the server doesn't take mails: {}; trying again in {} ms", away.why(), awayUntil - now);
            return false;
        }
        failures = 0;
        if (answer instanceof Answer.PutOff putOff) {
            putOff(each, putOff.why(), now);
            return true;
        }
        each.putOffs = 0;
        each.pace.sent(now);
        for (Told told : together) {
            each.waiting.remove();
            if (answer instanceof Answer.Refused refused) {
                deadLetters.report(told.record(), new RefusedRecordException(Reason.REJECTED_BY_TARGET, refused.why()));
            }
            settle(told);
        }
        return true;
    }

    /** One for itself while the address may have several mails; all that wait where this is the last for a while. */
    private List<Told> together(Addressee each, long now) {
        boolean isLast = each.waiting.size() > 1 && !each.pace.hasMoreThanOne(now);
        List<Told> together = new ArrayList<>();
        Iterator<Told> waiting = each.waiting.iterator();
        while (waiting.hasNext() && together.size() < (isLast ? MOST_TOGETHER : 1)) {
            together.add(waiting.next());
        }
        return together;
    }

    private MimeMessage mail(List<Told> together) {
        try {
            return Mail.of(session, config, text, together);
        } catch (MessagingException e) {
            throw new IllegalStateException("what can't be in a mail was refused before", e);
        }
    }

    private void putOff(Addressee each, String why, long now) {
        each.putOffUntil = now + config.backoff().pause(each.putOffs++);
        long limit = config.giveUpAfter().toMillis();
        while (limit > 0 && !each.waiting.isEmpty() && age(each.waiting.element(), now) > limit) {
            Told told = each.waiting.remove();
            deadLetters.report(
                    told.record(), new RefusedRecordException(Reason.REJECTED_BY_TARGET, "given up: " + why));
            settle(told);
        }
    }

    private static long age(Told told, long now) {
        Long written = told.record().timestamp();
        return written == null ? 0 : now - written;
    }

    private void settle(Told told) {
        size--;
        TreeSet<Long> ofPartition = offsets.get(told.partition());
        if (ofPartition != null) {
            ofPartition.remove(told.offset());
        }
    }

    /** Until somebody's turn comes. */
    Duration pause() {
        long now = clock.millis();
        long next = addressees.values().stream()
                .filter(each -> !each.waiting.isEmpty())
                .mapToLong(each -> each.next(now))
                .min()
                .orElse(now);
        Duration pause = Duration.ofMillis(Math.max(next, awayUntil) - now);
        return pause.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : pause;
    }

    /** Of each partition with something in hand, the first. */
    Map<TopicPartition, Long> firstOffsets() {
        Map<TopicPartition, Long> first = new HashMap<>();
        offsets.forEach((partition, all) -> {
            if (!all.isEmpty()) {
                first.put(partition, all.first());
            }
        });
        return first;
    }

    void forgetBelow(Map<TopicPartition, OffsetAndMetadata> positions) {
        Map<TopicPartition, Long> below = new HashMap<>();
        positions.forEach((partition, position) -> below.put(partition, position.offset()));
        deadLetters.forgetBelow(below);
    }

    /** What is in hand of partitions that somebody else has from now on. */
    void drop(Collection<TopicPartition> partitions) {
        for (Addressee each : addressees.values()) {
            each.waiting.removeIf(told -> partitions.contains(told.partition()));
        }
        offsets.keySet().removeAll(partitions);
        size = addressees.values().stream()
                .mapToInt(each -> each.waiting.size())
                .sum();
    }
}
