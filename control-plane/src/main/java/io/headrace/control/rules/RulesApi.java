package io.headrace.control.rules;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.control.access.Role;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.record.Rule;
import io.headrace.rule.InvalidRuleException;
import io.headrace.rule.RuleCheck;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at rules without storing them. */
public final class RulesApi {
    private final Clock clock;

    /**
     * What is wrong with a rule.
     *
     * @param problem one line; null where nothing is wrong
     * @param line of the expression, from 1; null where the problem is in none
     * @param column from 1
     * @param snippet the line, and a caret below the column
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Judgement(
            boolean valid,
            @Nullable String problem,
            @Nullable Integer line,
            @Nullable Integer column,
            @Nullable String snippet) {}

    public RulesApi(Clock clock) {
        this.clock = clock;
    }

    public List<Endpoint> endpoints() {
        return List.of(Endpoint.of("POST", "/api/v1/rules:validate", Role.VIEWER, this::validate));
    }

    private Answer validate(Call call) {
        return Answer.ok(judge(call.json(RuleBody.class)));
    }

    private Judgement judge(RuleBody body) {
        try {
            Rule rule = body.toRule(body.id() == null ? "rule" : body.id(), clock.instant());
            RuleCheck.require(rule);
            return new Judgement(true, null, null, null, null);
        } catch (Problem wrong) {
            return new Judgement(false, wrong.detail(), null, null, null);
        } catch (InvalidRuleException invalid) {
            return invalid.condition()
                    .map(place ->
                            new Judgement(false, invalid.getMessage(), place.line(), place.column(), place.snippet()))
                    .orElseGet(() -> new Judgement(false, invalid.getMessage(), null, null, null));
        }
    }
}
