package io.headrace.bench.peer;

import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** The window as Flink's guide has it: a row for each value, a key of device and metric, and a state for each key. */
final class ByMetric {
    private ByMetric() {}

    static DataStream<Result> results(DataStream<Message> messages, TumblingEventTimeWindows windows) {
        return messages.<Value>flatMap((message, out) -> message.values.forEach((metric, number) -> {
                    Value value = new Value();
                    value.device = message.device;
                    value.metric = metric;
                    value.observedAt = message.observedAt;
                    value.value = number;
                    out.collect(value);
                }))
                .returns(Value.class)
                .keyBy(new Key())
                .window(windows)
                .aggregate(new Aggregation(), new Results());
    }

    private static final class Key implements KeySelector<Value, Tuple2<String, String>> {
        private static final long serialVersionUID = 1;

        @Override
        public Tuple2<String, String> getKey(Value value) {
            return Tuple2.of(value.device, value.metric);
        }
    }

    private static final class Aggregation implements AggregateFunction<Value, Moments, Moments> {
        private static final long serialVersionUID = 1;

        @Override
        public Moments createAccumulator() {
            return new Moments();
        }

        @Override
        public Moments add(Value value, Moments moments) {
            moments.add(value.value, value.observedAt);
            return moments;
        }

        @Override
        public Moments getResult(Moments moments) {
            return moments;
        }

        @Override
        public Moments merge(Moments one, Moments other) {
            one.add(other);
            return one;
        }
    }

    private static final class Results
            extends ProcessWindowFunction<Moments, Result, Tuple2<String, String>, TimeWindow> {
        private static final long serialVersionUID = 1;

        @Override
        public void process(
                Tuple2<String, String> key, Context context, Iterable<Moments> moments, Collector<Result> out) {
            for (Moments each : moments) {
                Result result = new Result();
                result.device = key.f0;
                result.metric = key.f1;
                result.start = context.window().getStart();
                result.moments = each;
                out.collect(result);
            }
        }
    }
}
