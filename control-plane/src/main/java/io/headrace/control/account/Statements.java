package io.headrace.control.account;

import io.headrace.catalogue.Catalogue;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.TopicScan;
import io.headrace.control.reconcile.Fault;
import io.headrace.control.reconcile.MessageTotals;
import io.headrace.control.reconcile.ReconcileConfig;
import io.headrace.control.reconcile.ReconcileReport;
import io.headrace.control.reconcile.ReconcileReport.SinkTotals;
import io.headrace.control.reconcile.Suspects;
import io.headrace.control.reconcile.Window;
import io.headrace.control.reconcile.WindowRule;
import io.headrace.control.reconcile.WindowTotals;
import io.headrace.record.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Puts what the account knows into words. Owned by the accountant's thread. */
final class Statements {
    /** For so long an alert is about what happened and can't be undone. */
    private static final Duration MISHAP = Duration.ofHours(1);

    private final Catalogue catalogue;
    private final ReconcileConfig reconcile;
    private final AccountConfig config;
    private final TopicScan scan;
    private final Deserializer<Reading> readings;

    Statements(KafkaClients clients, ReconcileConfig reconcile, AccountConfig config, TopicScan scan) {
        this.catalogue = clients.config().catalogue();
        this.reconcile = reconcile;
        this.config = config;
        this.scan = scan;
        this.readings = clients.decoder(catalogue.readings());
    }

    /** In short. Reads nothing. */
    AccountStatus status(Account account, Instant now, Alarm alarm) {
        Tally tally = account.tally();
        MessageTotals messages = tally.messages();
        WindowTotals values = tally.values();
        List<SinkTotals> sinks = account.sinkTotals(tally, now, config.alertAfter());
        long problems = tally.problems().total() + tally.faulty().size();
        long bygone = account.mishaps().before(now.minus(MISHAP).getEpochSecond() / 60);
        List<String> wrong = new ArrayList<>();
        say(wrong, messages.unaccounted(), "messages without an outcome");
        say(wrong, values.unwindowed(), "values in no window");
        say(wrong, problems - bygone - messages.unaccounted(), "other problems");
        sinks.stream()
                .filter(SinkTotals::overdue)
                .forEach(sink -> say(wrong, sink.pending(), "readings not in " + sink.name()));
        String detail = String.join(", ", wrong);
        alarm.tell(now, detail);
        long oldest = tally.oldestMissed();
        return new AccountStatus(
                Optional.of(now),
                true,
                messages.pending(),
                values.open(),
                messages.unaccounted(),
                values.unwindowed(),
                problems,
                oldest < 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(oldest * 60)),
                alarm.raisedSince(),
                detail,
                sinks);
    }

    private static void say(List<String> wrong, long number, String what) {
        if (number > 0) {
            wrong.add(number + " " + what);
        }
    }

    /** In full, every offset by name. Reads stretches of readings where windows don't add up. */
    ReconcileReport report(Account account, Instant now, long beganNanos) {
        Tally tally = account.tally();
        nameMessages(account.rule(), tally);
        long elapsed = (System.nanoTime() - beganNanos) / 1_000_000;
        return ReconcileReport.of(
                tally.messages(),
                tally.values(),
                new ReconcileReport.Counts(
                        tally.count(Shape.READINGS),
                        account.countOf(catalogue.anomalies().name()),
                        account.countOf(catalogue.alerts().name())),
                account.sinkTotals(tally, now, config.alertAfter()),
                tally.problems(),
                now,
                elapsed);
    }

    /** Of a window's messages only those that came since it last added up can be the missing ones. */
    private void nameMessages(WindowRule rule, Tally tally) {
        Suspects suspects = new Suspects(reconcile.maxProblems());
        int looked = 0;
        for (OpenWindows.Faulty each : tally.faulty()) {
            OpenWindow window = each.window();
            Fault fault = window.owed() > 0 ? Fault.VALUE_LOST : Fault.VALUE_COUNTED_TWICE;
            String detail = window.owed() > 0
                    ? window.owed() + " stored, but neither counted nor late"
                    : window.surplus() + " counted or late, but not stored";
            suspects.add(rule.window(each.metric(), each.size(), each.number()), fault, detail);
            if (window.owed() > 0 && looked++ < reconcile.maxProblems()) {
                TopicPartition at = new TopicPartition(catalogue.readings().name(), window.source());
                Window wanted = rule.window(each.metric(), each.size(), each.number());
                scan.read(Map.of(at, window.firstReading()), Map.of(at, window.lastReading() + 1), row -> {
                    try {
                        Reading reading = readings.deserialize(row.topic(), row.value());
                        if (reading != null) {
                            suspects.reading(reading, wanted);
                        }
                    } catch (SerializationException unreadable) {
                        // is a problem of its own
                    }
                });
            }
        }
        suspects.report(tally.problems());
    }
}
