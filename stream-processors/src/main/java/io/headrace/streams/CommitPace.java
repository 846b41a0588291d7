package io.headrace.streams;

import java.time.Duration;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Commits as often as the age of what comes in asks for: every {@code fresh} while it is processed as it comes, so that
 * results are seen at once; and the further behind the less often, for what has waited for minutes can wait some seconds
 * more, and a state that changes a hundred times in them is written once.
 *
 * <p>One for an application, with a processor in each task; the tasks of a thread commit together.
 *
 * @param fresh shortest time between two commits
 * @param longest after which Streams commits by itself
 */
record CommitPace(Duration fresh, Duration longest, ThreadLocal<Turn> turns)
        implements ProcessorSupplier<Object, Object, Void, Void> {
    /**
     * In milliseconds: what is younger is committed before it is twice as old, and what is older before it is a quarter
     * older, but not sooner than after this time; and so is what a clock made of nothing new.
     */
    private static final long CALM = 2_000;

    private static final int PART_OF_AGE = 4;

    CommitPace(Duration fresh, Duration longest) {
        this(fresh, longest, ThreadLocal.withInitial(Turn::new));
    }

    /** What the tasks of a thread have in common. */
    static final class Turn {
        private long committedAt;
        /** Tasks that took something in since they last asked for a commit. */
        private int waiting;
    }

    /** Adds it to each part that records flow through. */
    void addTo(Topology topology) {
        for (TopologyDescription.Subtopology part : topology.describe().subtopologies()) {
            String[] sources = part.nodes().stream()
                    .filter(TopologyDescription.Source.class::isInstance)
                    .map(TopologyDescription.Node::name)
                    .sorted()
                    .toArray(String[]::new);
            topology.addProcessor("commit-pace-" + part.id(), this, sources);
        }
    }

    /** Milliseconds between two commits of what has waited for so many. */
    long interval(long behind) {
        long asked = Math.min(behind, Math.max(CALM, behind / PART_OF_AGE));
        return Math.clamp(asked, fresh.toMillis(), longest.toMillis());
    }

    @Override
    public Processor<Object, Object, Void, Void> get() {
        return new Watch();
    }

    private final class Watch extends ContextualProcessor<Object, Object, Void, Void> {
        private static final long NOTHING = Long.MIN_VALUE;

        private Turn turn = new Turn();
        /** Timestamp of the newest record since it last asked for a commit. */
        private long receivedAt = NOTHING;

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            super.init(context);
            turn = turns.get();
            context.schedule(fresh, PunctuationType.WALL_CLOCK_TIME, this::look);
        }

        @Override
        public void process(Record<Object, Object> record) {
            if (receivedAt == NOTHING) {
                turn.waiting++;
            }
            receivedAt = Math.max(receivedAt, record.timestamp());
        }

        private void look(long now) {
            if (receivedAt == NOTHING && turn.waiting > 0) {
                return;
            }
            long behind = receivedAt == NOTHING ? CALM : now - receivedAt;
            if (now - turn.committedAt >= interval(behind)) {
                turn.committedAt = now;
                forget();
                context().commit();
            }
        }

        @Override
        public void close() {
            forget();
        }

        private void forget() {
            if (receivedAt != NOTHING) {
                receivedAt = NOTHING;
                turn.waiting--;
            }
        }
    }
}
