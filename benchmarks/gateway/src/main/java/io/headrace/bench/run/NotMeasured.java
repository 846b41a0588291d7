package io.headrace.bench.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** What of a run couldn't be measured, and why; with that every report ends. */
public final class NotMeasured {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> reasons = new LinkedHashMap<>();

    public void add(String what, String why) {
        reasons.put(what, why);
    }

    public void endTable(PrintWriter out) {
        reasons.forEach((what, why) -> out.println("not measured: " + what + ": " + why));
        out.flush();
    }

    /** Prints what was found. */
    public void endJson(ObjectNode found, PrintWriter out) {
        found.set("notMeasured", JSON.valueToTree(reasons));
        found.put("processors", Runtime.getRuntime().availableProcessors());
        try {
            out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(found));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of numbers can be written", e);
        }
        out.flush();
    }
}
