package io.headrace.control.rules;

import io.headrace.control.definitions.Kind;
import io.headrace.record.Rule;
import java.time.Instant;

/** When alerts are raised and cleared. */
public final class RuleKind implements Kind<Rule, RuleBody> {
    @Override
    public String name() {
        return "rule";
    }

    @Override
    public Class<RuleBody> body() {
        return RuleBody.class;
    }

    @Override
    public Rule record(RuleBody body, String id, Instant now) {
        return body.toRule(id, now);
    }

    @Override
    public RuleBody shown(Rule rule) {
        return RuleBody.of(rule);
    }
}
