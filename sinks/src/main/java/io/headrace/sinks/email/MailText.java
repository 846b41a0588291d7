package io.headrace.sinks.email;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a mail says, in plain text, to somebody who has just been woken by it: what, where, how much, since when.
 *
 * @param zone in which times are written
 * @param console where the console is
 */
record MailText(ZoneId zone, Optional<String> console) {
    private static final DateTimeFormatter DAY_AND_TIME =
            DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss z", Locale.ENGLISH);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ENGLISH);
    private static final int MOST_LINES = 100;
    private static final int MOST_VALUES = 8;
    private static final int MOST_MEMBERS = 20;
    private static final int LONGEST_SUBJECT = 200;

    /** Of one notification, or of several that are told by one mail. */
    String subject(List<Told> all) {
        String text = all.size() == 1 ? subject(all.get(0)) : subjectOfMany(all);
        return text.length() > LONGEST_SUBJECT ? text.substring(0, LONGEST_SUBJECT - 1) + "…" : text;
    }

    private static String subject(Told told) {
        String given = told.text("subject");
        return given.isEmpty() ? "[" + mark(told) + "] " + told.text("device_id") + ": " + told.text("message") : given;
    }

    private static String mark(Told told) {
        String severity = told.text("severity");
        return switch (told.state()) {
            case "raised" -> severity;
            case "escalated" -> severity + ", escalated";
            default -> told.state();
        };
    }

    private static String subjectOfMany(List<Told> all) {
        Map<String, Long> byMark =
                all.stream().collect(Collectors.groupingBy(MailText::mark, TreeMap::new, Collectors.counting()));
        String counts = byMark.entrySet().stream()
                .map(each -> each.getValue() + " " + each.getKey())
                .collect(Collectors.joining(", "));
        long devices =
                all.stream().map(told -> told.text("device_id")).distinct().count();
        return all.size() + " alerts of " + devices + (devices == 1 ? " device: " : " devices: ") + counts;
    }

    String body(List<Told> all) {
        List<String> lines = new ArrayList<>();
        if (all.size() == 1) {
            one(all.get(0), lines);
        } else {
            many(all, lines);
        }
        lines.add("");
        console.ifPresent(url -> lines.add("Console: " + url));
        lines.add("Sent by Headrace, because a rule names this address.");
        return String.join("\r\n", lines) + "\r\n";
    }

    private void one(Told told, List<String> lines) {
        lines.add(told.text("message"));
        lines.add("");
        row(lines, "State", told.state() + " (" + told.text("severity").toLowerCase(Locale.ROOT) + ")");
        row(lines, "Device", told.text("device_id"));
        row(lines, "Value", value(told));
        row(lines, "Before", before(told));
        row(lines, "Expected", forecast(told));
        row(lines, "Since", told.time("raised_at").map(this::dayAndTime).orElse(""));
        row(lines, "Until", until(told));
        row(lines, "Devices", members(told));
        row(lines, "Seen by", told.text("acknowledged_by"));
        row(lines, "Note", told.text("note"));
        row(lines, "Held back", heldBack(told));
        row(lines, "Rule", told.text("rule_id"));
        row(lines, "Alert", told.text("alert_id"));
        row(lines, "Told", others(told));
    }

    private static void row(List<String> lines, String name, String value) {
        if (!value.isEmpty()) {
            lines.add(String.format(Locale.ROOT, "%-10s %s", name + ":", value));
        }
    }

    private static String value(Told told) {
        String metric = told.text("metric");
        return metric.isEmpty() ? "" : metric + " " + told.text("value");
    }

    /** The values up to that one, the newest last. */
    private String before(Told told) {
        String metric = told.text("metric");
        List<String> values = new ArrayList<>();
        for (JsonNode each : told.fields().path("evidence")) {
            if (each.path("metric").asText().equals(metric)) {
                values.add(each.path("value").asText());
            }
        }
        if (values.size() < 2) {
            return "";
        }
        List<String> earlier = values.subList(Math.max(0, values.size() - MOST_VALUES), values.size() - 1);
        return String.join(", ", earlier);
    }

    /** When what is foretold will be, and between when and when. */
    private String forecast(Told told) {
        Optional<Instant> earliest = told.time("forecast_earliest");
        String latest = told.time("forecast_latest")
                .map(time -> " and " + dayAndTime(time))
                .orElse(" and some time that is unknown");
        return told.time("forecast_at")
                .map(at -> dayAndTime(at)
                        + earliest.map(from -> ", between " + dayAndTime(from) + latest)
                                .orElse(""))
                .orElse("");
    }

    private String until(Told told) {
        Optional<Instant> from = told.time("raised_at");
        return told.time("cleared_at")
                .map(to -> dayAndTime(to)
                        + from.map(since -> ", after " + inWords(Duration.between(since, to)))
                                .orElse(""))
                .orElse("");
    }

    private static String members(Told told) {
        long count = told.fields().path("member_count").asLong();
        if (told.text("group").isEmpty() || count == 0) {
            return "";
        }
        List<String> names = new ArrayList<>();
        told.fields().path("members").forEach(each -> names.add(each.asText()));
        String shown = String.join(", ", names.subList(0, Math.min(names.size(), MOST_MEMBERS)));
        return count + ": " + shown + (count > MOST_MEMBERS ? " …" : "");
    }

    private static String heldBack(Told told) {
        long count = told.fields().path("held_back").asLong();
        return count == 0 ? "" : count + " alerts of this rule before this one, by its maxPerHour";
    }

    private static String others(Told told) {
        List<String> to = new ArrayList<>();
        told.fields().path("to").forEach(each -> to.add(each.asText()));
        return to.size() < 2 ? "" : String.join(", ", to);
    }

    private void many(List<Told> all, List<String> lines) {
        lines.add("While mails to this address waited for their turn, " + all.size() + " notifications came:");
        lines.add("");
        all.stream().limit(MOST_LINES).forEach(told -> lines.add(line(told)));
        if (all.size() > MOST_LINES) {
            lines.add("… and " + (all.size() - MOST_LINES) + " more.");
        }
    }

    private String line(Told told) {
        return String.format(
                Locale.ROOT,
                "%s  %-12s %s: %s (%s)",
                told.time(told.isOver() ? "cleared_at" : "raised_at")
                        .map(at -> TIME.format(at.atZone(zone)))
                        .orElse("--:--:--"),
                mark(told),
                told.text("device_id"),
                told.text("message"),
                told.text("rule_id"));
    }

    private String dayAndTime(Instant at) {
        return DAY_AND_TIME.format(at.atZone(zone));
    }

    /** To two units: 1 h 12 min. */
    static String inWords(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        long[] sizes = {86_400, 3_600, 60, 1};
        String[] units = {"d", "h", "min", "s"};
        for (int i = 0; i < sizes.length - 1; i++) {
            if (seconds >= sizes[i]) {
                long rest = seconds % sizes[i] / sizes[i + 1];
                return seconds / sizes[i] + " " + units[i] + (rest == 0 ? "" : " " + rest + " " + units[i + 1]);
            }
        }
        return seconds + " s";
    }
}
