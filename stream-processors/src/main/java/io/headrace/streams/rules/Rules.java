package io.headrace.streams.rules;

import io.headrace.condition.InvalidConditionException;
import io.headrace.record.EffectiveBy;
import io.headrace.record.Rule;
import io.headrace.rule.InvalidRuleException;
import io.headrace.streams.rules.check.Sight;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of a hub, live: one thread changes them, all others read the book of the moment, which is made anew when
 * somebody asks for it after changes. A rule that isn't sound is out of force until it is mended, and said once.
 */
final class Rules {
    private static final Logger LOG = LoggerFactory.getLogger(Rules.class);

    private final Map<String, Versions> byId = new TreeMap<>();
    private final AtomicInteger active;
    private final AtomicInteger broken;
    private volatile @Nullable RuleBook book = RuleBook.EMPTY;
    private volatile boolean wereThere;

    Rules(MeterRegistry registry) {
        active = registry.gauge("headrace.rules.rules", new AtomicInteger());
        broken = registry.gauge("headrace.rules.rules.broken", new AtomicInteger());
    }

    RuleBook book() {
        RuleBook known = book;
        return known == null ? made() : known;
    }

    /** Whether there has been any rule since the start: those that are gone may have left alerts. */
    boolean wereThere() {
        return wereThere;
    }

    private synchronized RuleBook made() {
        RuleBook made = new RuleBook(byId.values());
        book = made;
        return made;
    }

    /** @param rule null where it was deleted */
    synchronized void change(String id, @Nullable Rule rule) {
        Versions before = rule == null ? byId.remove(id) : byId.put(id, versions(rule));
        count(before, -1);
        count(byId.get(id), 1);
        wereThere = true;
        book = null;
    }

    /** Of a rule that can't be read; one that is known stays as it is. */
    synchronized void unreadable(String id) {
        byId.putIfAbsent(id, new Versions(id, null, null, Long.MIN_VALUE, false, true));
        book = null;
    }

    private void count(@Nullable Versions rule, int by) {
        if (rule != null && rule.current() != null) {
            active.addAndGet(by);
        } else if (rule != null && rule.isBroken()) {
            broken.addAndGet(by);
        }
    }

    private static Versions versions(Rule rule) {
        Rule earlier = rule.getEarlier();
        boolean enabled = rule.getEnabled();
        ActiveRule current = enabled ? compile(rule) : null;
        return new Versions(
                rule.getId(),
                current,
                earlier == null || !earlier.getEnabled() ? null : compile(earlier),
                rule.getEffectiveAt() == null ? Long.MIN_VALUE : Sight.micros(rule.getEffectiveAt()),
                rule.getEffectiveBy() == EffectiveBy.OBSERVED,
                enabled && current == null);
    }

    private static @Nullable ActiveRule compile(Rule rule) {
        try {
            return ActiveRule.of(rule);
        } catch (InvalidRuleException | InvalidConditionException invalid) {
            LOG.warn("rule {} is out of force, it isn't sound: {}", rule.getId(), invalid.getMessage());
            return null;
        }
    }
}
