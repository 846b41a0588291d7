package io.headrace.control.hot;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** For how many readings a rule couldn't be judged, as the processors say. */
record RuleFailures(List<OfRule> failures) {
    /**
     * Of one rule.
     *
     * @param count readings, of this version of the rule, since the processors started
     * @param at when the last of them was looked at, ISO 8601
     * @param device that it was of
     * @param why one line
     */
    record OfRule(String rule, long count, String at, String device, String why) {
        private OfRule plus(OfRule other) {
            OfRule last = at.compareTo(other.at) < 0 ? other : this;
            return new OfRule(rule, count + other.count, last.at, last.device, last.why);
        }
    }

    /**
     * Those that fail most first.
     *
     * @param said of each instance that answers: {@code {"instances": [{"failures": [...]}]}}
     */
    static RuleFailures merged(JsonNode said) {
        Map<String, OfRule> byRule = new TreeMap<>();
        for (JsonNode instance : said.path("instances")) {
            for (JsonNode each : instance.path("failures")) {
                OfRule one = new OfRule(
                        each.path("rule").asText(),
                        each.path("count").asLong(),
                        each.path("at").asText(),
                        each.path("device").asText(),
                        each.path("why").asText());
                byRule.merge(one.rule(), one, OfRule::plus);
            }
        }
        List<OfRule> all = new ArrayList<>(byRule.values());
        all.sort((a, b) -> Long.compare(b.count(), a.count()));
        return new RuleFailures(all);
    }
}
