package io.headrace.control.account;

import io.headrace.control.reconcile.Fault;
import io.headrace.record.Origin;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Readings of one message count up from 0, undisturbed by other messages of its raw partition: so the last one of each
 * partition of readings is enough to find doubles and gaps.
 */
final class Runs {
    private final Map<Integer, Run> bySource = new HashMap<>();

    private static final class Run {
        private long offset = -1;
        private int next;
    }

    /** Whether this reading is the first of its message here. */
    boolean isNew(int source, long offset) {
        Run run = bySource.get(source);
        return run == null || run.offset != offset;
    }

    /**
     * Takes a reading.
     *
     * @param due false where its message has readings from before this run
     * @return what is wrong with its index
     */
    Optional<Fault> take(int source, Origin origin, boolean due) {
        Run run = bySource.computeIfAbsent(source, key -> new Run());
        if (run.offset != origin.getOffset()) {
            run.offset = origin.getOffset();
            run.next = due ? 0 : Integer.MAX_VALUE;
        }
        int index = origin.getIndex();
        if (index < run.next) {
            return Optional.of(Fault.READING_TWICE);
        }
        boolean gap = index > run.next;
        run.next = index + 1;
        return gap ? Optional.of(Fault.READING_INDEX_MISSING) : Optional.empty();
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(bySource.size());
        for (Map.Entry<Integer, Run> each : bySource.entrySet()) {
            out.writeInt(each.getKey());
            out.writeLong(each.getValue().offset);
            out.writeInt(each.getValue().next);
        }
    }

    static Runs read(DataInput in) throws IOException {
        Runs runs = new Runs();
        for (int left = in.readInt(); left > 0; left--) {
            Run run = new Run();
            runs.bySource.put(in.readInt(), run);
            run.offset = in.readLong();
            run.next = in.readInt();
        }
        return runs;
    }
}
