package io.headrace.demo;

import io.headrace.catalogue.Outcome;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** A summary for a person, on a terminal. */
final class SummaryPage {
    private static final String RULE = "─".repeat(76);

    private final PrintWriter out;

    SummaryPage(PrintWriter out) {
        this.out = out;
    }

    void print(Summary summary) {
        out.println();
        out.println(RULE);
        out.println(" Every message, from the wire to the stores");
        out.println(RULE);
        messages(summary);
        out.println();
        stores(summary);
        out.println();
        anomalies(summary);
        out.println(RULE);
        verdict(summary);
    }

    private void messages(Summary summary) {
        Tally sent = summary.sent();
        line("acknowledged to the devices", sent.messages(), "");
        line("accepted, by the control plane's own account", summary.reconciled("accepted"), "");
        line("  stored", summary.reconciled("stored"), "of " + number(sent.of(Outcome.STORED)) + " good ones sent");
        line("  dead-lettered", summary.reconciled("deadLettered"), "");
        summary.deadLetters().forEach((reason, count) -> line("    " + reason, count, ""));
        line("  recognised as duplicates", summary.reconciled("duplicates"), "");
        line("  expired on the way", summary.reconciled("expired"), "");
        line("  unaccounted", summary.reconciled("unaccounted"), "");
        line("refused at the door, as they should be", sent.refusals(), "wrong key, too large");
    }

    private void stores(Summary summary) {
        line("readings", summary.reconciled("readings"), number(summary.reconciled("values")) + " values");
        line("windows of 1 min and 1 h", summary.reconciled("aggregates"), "");
        line("values too late for any window", summary.reconciled("late"), "kept in telemetry.late");
        line("PostgreSQL: rows of values", summary.warm().rows(), summary.warm().repeated() + " of them twice");
        line(
                "Iceberg: rows of readings",
                summary.cold().rows(),
                "in " + summary.cold().files() + " Parquet files, read with DuckDB");
    }

    private void anomalies(Summary summary) {
        line("alerts of the demo's rule", summary.warm().alerts(), "each raised once and cleared once");
        line("anomalies", summary.detections().size(), "");
        summary.foundByLabel()
                .forEach((label, counts) ->
                        out.printf(Locale.ROOT, "   %-44s %8d of %d found%n", label, counts[1], counts[0]));
        Predicate<Detection> known = detection -> !detection.label().isEmpty();
        List<Detection> shown =
                summary.detections().stream().filter(known).limit(12).toList();
        for (Detection each : shown) {
            out.printf(
                    Locale.ROOT,
                    "   %-26s %-12s %s  %.2f  %s%n",
                    each.device(),
                    each.metric(),
                    each.start(),
                    each.score(),
                    each.label());
        }
        long others = summary.detections().stream().filter(known.negate()).count();
        line("  outside of any known stretch", others, "nobody has labelled these");
    }

    private void verdict(Summary summary) {
        List<Check> wrong =
                summary.checks().stream().filter(check -> !check.holds()).toList();
        if (wrong.isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    " Everything adds up: %d checks, %.0f s.%n",
                    summary.checks().size(),
                    summary.elapsedSeconds());
        } else {
            out.println(" It does not add up:");
            wrong.forEach(check -> out.println("   " + check.complaint()));
            summary.failures().stream().limit(10).forEach(failure -> out.println("   " + failure));
        }
        out.println(RULE);
    }

    private void line(String what, long count, String remark) {
        out.println(String.format(Locale.ROOT, " %-46s %8s  %s", what, number(count), remark)
                .stripTrailing());
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
