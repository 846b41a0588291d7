package io.headrace.streams.rules;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.streams.rules.check.Sight;
import io.headrace.streams.rules.check.Verdict;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * For how many readings each rule couldn't be judged here, in its version of now and since the start, and why the last time
 * that somebody looked: at most once a second, for a rule may fail for every reading. Safe for use by several threads.
 */
public final class RuleFailures {
    private static final int LONGEST = 300;
    private static final long LOOK_MS = 1_000;

    private final ConcurrentHashMap<String, Failures> byRule = new ConcurrentHashMap<>();

    /** @param at epoch milliseconds */
    private record Last(long at, String device, String why) {}

    /** Of one rule. */
    private static final class Failures {
        private final long version;
        private final LongAdder count = new LongAdder();
        private volatile Last last = new Last(Long.MIN_VALUE, "", "");

        private Failures(long version) {
            this.version = version;
        }
    }

    void failed(ActiveRule rule, Verdict verdict, Sight sight, long now) {
        Failures failures = byRule.get(rule.id());
        if (failures == null || failures.version != rule.version()) {
            failures = new Failures(rule.version());
            byRule.put(rule.id(), failures);
        }
        failures.count.increment();
        if (now - LOOK_MS >= failures.last.at) {
            String why = rule.failure(verdict, sight);
            failures.last = new Last(
                    now, sight.reading().getDeviceId(), why.length() > LONGEST ? why.substring(0, LONGEST) + "…" : why);
        }
    }

    /** That a rule is another, or gone: what it was doesn't count any more. */
    void forget(String rule) {
        byRule.remove(rule);
    }

    /** As JSON: {@code {"failures": [{"rule", "count", "at", "device", "why"}]}}. */
    public String describe() {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        ArrayNode list = all.putArray("failures");
        byRule.forEach((rule, failures) -> list.addObject()
                .put("rule", rule)
                .put("count", failures.count.sum())
                .put("at", Instant.ofEpochMilli(failures.last.at).toString())
                .put("device", failures.last.device)
                .put("why", failures.last.why));
        return all.toString();
    }
}
