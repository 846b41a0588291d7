package io.headrace.bench.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.bench.run.BenchException;
import io.headrace.bench.run.Child;
import io.headrace.bench.run.Jvm;
import java.util.List;

/** Carries plans out, each in a process of its own. */
public record Load(Jvm jvm) {
    private static final int PATIENCE_SECONDS = 60;

    /** Starts it without anything to do. */
    public Child start() {
        return Child.start("the load", jvm.own(List.of("-Xmx256m", "-XX:+UseSerialGC"), LoadMain.class, List.of()));
    }

    public Outcome carryOut(Plan plan) {
        try (Child load = start()) {
            load.tell(plan.toLine());
            String answer =
                    load.await(line -> line.startsWith("outcome "), plan.warmUp() + plan.seconds() + PATIENCE_SECONDS);
            return new ObjectMapper().readValue(answer.substring("outcome ".length()), Outcome.class);
        } catch (JsonProcessingException e) {
            throw new BenchException("the load's answer can't be read: " + e.getMessage());
        }
    }
}
