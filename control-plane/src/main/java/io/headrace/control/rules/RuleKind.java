package io.headrace.control.rules;

import io.headrace.catalogue.TrustedRecords;
import io.headrace.control.definitions.Kind;
import io.headrace.control.http.Problem;
import io.headrace.record.EffectiveBy;
import io.headrace.record.Rule;
import io.headrace.record.RuleTarget;
import io.headrace.rule.InvalidRuleException;
import io.headrace.rule.RuleCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When alerts are raised and cleared. */
public final class RuleKind implements Kind<Rule, RuleBody> {
    /** Most rules of a hub. */
    static final int MOST = 10_000;

    /** Most rules about one device: the processors don't go by more. */
    static final int MOST_PER_DEVICE = 500;

    /** Until all processors have a rule that was written now. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(1);

    static {
        // also where no topic is declared: the command line reads rules from files
        TrustedRecords.trust(Rule.class);
    }

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
        Rule rule = body.toRule(id, now);
        try {
            RuleCheck.require(rule);
        } catch (InvalidRuleException invalid) {
            throw Problem.badRequest(String.valueOf(invalid.getMessage()));
        }
        return rule;
    }

    @Override
    public RuleBody shown(Rule rule) {
        return RuleBody.of(rule);
    }

    /**
     * With the point from which on it judges, so that all processors change over with the same reading; and with the
     * version that judges until then.
     */
    @Override
    public Rule succeeding(Rule rule, Optional<Rule> before, Instant now) {
        Rule.Builder stored = Rule.newBuilder(rule)
                .setEarlier(before.map(each -> inForce(each, now)).orElse(null));
        if (rule.getEffectiveAt() == null) {
            stored.setEffectiveAt(now.plus(ON_ITS_WAY)).setEffectiveBy(EffectiveBy.RECEIVED);
        }
        return stored.build();
    }

    /** A version whose point is yet to come is replaced before it ever judged. */
    private static @Nullable Rule inForce(Rule rule, Instant now) {
        Instant point = rule.getEffectiveAt();
        return point == null || !point.isAfter(now)
                ? Rule.newBuilder(rule).setEarlier(null).build()
                : rule.getEarlier();
    }

    /**
     * What one device surely meets, so far as targets say it: rules for all, and those that name the same device or tags.
     * The processors bound what a device's tags bring together besides.
     */
    @Override
    public void requireRoom(Rule rule, Collection<Rule> others) {
        if (others.size() >= MOST) {
            throw Problem.conflict("there are " + MOST + " rules already");
        }
        RuleTarget target = rule.getTarget();
        long meeting = others.stream()
                .filter(each -> each.getEnabled() && meets(each.getTarget(), target))
                .count();
        if (rule.getEnabled() && meeting >= MOST_PER_DEVICE) {
            throw Problem.conflict("there are " + MOST_PER_DEVICE
                    + " rules about the same devices already: each costs their readings time");
        }
    }

    private static boolean meets(RuleTarget other, RuleTarget target) {
        if (!other.getDevices().isEmpty()) {
            return other.getDevices().stream().anyMatch(target.getDevices()::contains);
        }
        return other.getTags().isEmpty() || other.getTags().equals(target.getTags());
    }
}
