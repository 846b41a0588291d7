package io.headrace.bench.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.bench.run.BenchException;
import io.headrace.bench.run.Child;
import io.headrace.bench.run.Jvm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries plans out, one after the other in one process, which is compiled and warm from the second on. For one thread.
 */
public final class Load implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final Jvm jvm;
    private @Nullable Child standing;

    public Load(Jvm jvm) {
        this.jvm = jvm;
    }

    /** Starts a process of its own without anything to do. */
    public Child start() {
        return Child.start("the load", jvm.own(List.of("-Xmx256m", "-XX:+UseSerialGC"), LoadMain.class, List.of()));
    }

    public Outcome carryOut(Plan plan) {
        Child load = standing == null ? start() : standing;
        standing = load;
        try {
            load.tell(plan.toLine());
            String answer =
                    load.await(line -> line.startsWith("outcome "), plan.warmUp() + plan.seconds() + PATIENCE_SECONDS);
            return new ObjectMapper().readValue(answer.substring("outcome ".length()), Outcome.class);
        } catch (BenchException e) {
            close();
            throw e;
        } catch (JsonProcessingException e) {
            throw new BenchException("the load's answer can't be read: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        if (standing != null) {
            standing.close();
            standing = null;
        }
    }
}
