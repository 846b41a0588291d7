package io.headrace.prognosis;

import io.headrace.wear.Estimate;
import io.headrace.wear.WearModel;
import io.headrace.wear.WearModel.Scratch;
import io.headrace.wear.WearState;
import io.headrace.wear.fit.Life;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;

/** The model itself, as the processors apply it: memory loaded and saved at every message. Counts what it costs. */
final class Applied implements Predictor {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final WearModel model;
    private final int[] columns;
    private final Scratch scratch;
    private long nanos;
    private long messages;

    /** @param columns of a life's rows that the model has, in its order */
    Applied(WearModel model, int[] columns) {
        this.model = model;
        this.columns = columns;
        this.scratch = new Scratch(model.shape());
    }

    @Override
    public Estimate after(Life life) {
        ByteBuffer memory = ByteBuffer.allocate(bytes());
        new WearState(model.shape()).save(memory);
        double[] values = new double[columns.length];
        long began = THREADS.getCurrentThreadCpuTime();
        Estimate estimate = Predictor.only(model.curve().limit(), model.curve().limit());
        for (int row = 0; row <= life.steps().length; row++) {
            WearState state = WearState.load(model.shape(), memory.rewind());
            // one message after the last whole step ends that
            boolean isEnd = row == life.steps().length;
            long step = isEnd ? life.steps()[row - 1] + 1 : life.steps()[row];
            for (int column = 0; column < columns.length; column++) {
                values[column] = isEnd ? Double.NaN : life.rows()[row][columns[column]];
            }
            model.take(state, step * model.shape().stepMicros(), values, scratch);
            if (model.canJudge(state)) {
                estimate = model.estimate(state, scratch);
            }
            state.save(memory.rewind());
        }
        nanos += THREADS.getCurrentThreadCpuTime() - began;
        messages += life.steps().length + 1;
        return estimate;
    }

    int bytes() {
        return new WearState(model.shape()).bytes();
    }

    double microsPerMessage() {
        return nanos / 1e3 / Math.max(1, messages);
    }
}
