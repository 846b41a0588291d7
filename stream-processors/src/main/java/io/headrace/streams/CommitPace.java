package io.headrace.streams;

import io.headrace.record.Reading;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Commits as often as the age of readings asks for: every {@code fresh} while they are processed as they come, so that
 * results are seen at once; and the further behind the less often, for what has waited for minutes can wait a second
 * more, and a state that changes twenty times in it is written once. Streams' own commit interval is the longest wait.
 *
 * <p>One for an application; each task has a processor of its own, and the tasks of a thread commit together.
 *
 * @param fresh shortest time between two commits
 * @param longest after which Streams commits by itself
 */
record CommitPace(Duration fresh, Duration longest, ThreadLocal<Long> committedAt)
        implements ProcessorSupplier<String, Reading, Void, Void> {
    CommitPace(Duration fresh, Duration longest) {
        this(fresh, longest, ThreadLocal.withInitial(() -> 0L));
    }

    @Override
    public Processor<String, Reading, Void, Void> get() {
        return new Watch();
    }

    private final class Watch extends ContextualProcessor<String, Reading, Void, Void> {
        private static final long NOTHING = Long.MIN_VALUE;

        /** When the gateway received the newest reading since the last look. */
        private long receivedAt = NOTHING;

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            super.init(context);
            context.schedule(fresh, PunctuationType.WALL_CLOCK_TIME, this::look);
        }

        @Override
        public void process(Record<String, Reading> record) {
            receivedAt = Math.max(receivedAt, record.timestamp());
        }

        private void look(long now) {
            if (receivedAt == NOTHING) {
                return;
            }
            long behind = Math.clamp(now - receivedAt, 0, longest.toMillis());
            if (now - committedAt.get() >= Math.max(behind, fresh.toMillis())) {
                committedAt.set(now);
                receivedAt = NOTHING;
                context().commit();
            }
        }
    }
}
