package io.headrace.bench.peer;

import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** Gives a result for each metric of a closed window. */
final class Results extends ProcessWindowFunction<Totals, Result, String, TimeWindow> {
    private static final long serialVersionUID = 1;

    @Override
    public void process(String device, Context context, Iterable<Totals> totals, Collector<Result> out) {
        for (Totals each : totals) {
            each.metrics.forEach((metric, moments) -> {
                Result result = new Result();
                result.device = device;
                result.metric = metric;
                result.start = context.window().getStart();
                result.moments = moments;
                out.collect(result);
            });
        }
    }
}
