package io.headrace.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.streams.reprocess.Report;
import io.headrace.streams.reprocess.TopicDifference;
import io.headrace.streams.reprocess.TopicDifference.Example;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Shows what a run over history found. */
record ReportPage(PrintWriter out, Format format) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> COLUMNS = List.of("topic", "same", "added", "removed", "changed", "edge");

    void print(Report report) {
        ObjectNode all = json(report);
        Printer printer = new Printer(out, format);
        if (format == Format.JSON) {
            printer.object(all);
            return;
        }
        if (report.anew()) {
            out.println("began anew: what an earlier run into this suffix wrote is gone");
        }
        out.println(report.application() + " read " + report.records() + " records of " + report.inputs()
                + "; compared is what was received from " + report.from() + " to " + report.settled());
        printer.list(all, all.path("topics"), COLUMNS);
        report.topics().forEach(this::details);
    }

    private void details(TopicDifference topic) {
        if (topic.why() != null) {
            out.println(printable(topic.topic() + " wasn't compared: " + topic.why()));
        }
        if (!topic.fields().isEmpty()) {
            out.println(topic.topic() + " changed in " + printable(new TreeMap<>(topic.fields()).toString()));
        }
        for (Example example : topic.examples()) {
            out.println("  " + printable(line(example)));
        }
    }

    private static String line(Example example) {
        String way = example.way().name().toLowerCase(Locale.ROOT) + " " + example.identity() + ": ";
        return way
                + switch (example.way()) {
                    case ADDED -> example.shadow().toString();
                    case REMOVED -> example.live().toString();
                    case CHANGED -> changes(example);
                };
    }

    private static String changes(Example example) {
        Map<String, String> names = new TreeMap<>(example.live());
        names.putAll(example.shadow());
        return names.keySet().stream()
                .map(name -> name + " " + example.live().getOrDefault(name, "-") + " -> "
                        + example.shadow().getOrDefault(name, "-"))
                .collect(Collectors.joining(", "));
    }

    /** A device chose some of this. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private static ObjectNode json(Report report) {
        ObjectNode all = JSON.createObjectNode()
                .put("same", report.isSame())
                .put("anew", report.anew())
                .put("application", report.application())
                .put("from", report.from().toString())
                .put("settled", report.settled().toString())
                .put("records", report.records());
        report.inputs().forEach(all.putArray("inputs")::add);
        var topics = all.putArray("topics");
        for (TopicDifference each : report.topics()) {
            ObjectNode topic = topics.addObject()
                    .put("topic", each.topic())
                    .put("shadow", each.shadow())
                    .put("same", each.same())
                    .put("added", each.added())
                    .put("removed", each.removed())
                    .put("changed", each.changed())
                    .put("edge", each.edge())
                    .put("why", each.why());
            topic.set("fields", JSON.valueToTree(new TreeMap<>(each.fields())));
            topic.set("examples", JSON.valueToTree(each.examples()));
        }
        return all;
    }
}
