package io.headrace.bench.peer;

import org.apache.flink.api.common.functions.AggregateFunction;

/** Adds messages to a window's totals. */
final class Aggregation implements AggregateFunction<Message, Totals, Totals> {
    private static final long serialVersionUID = 1;

    @Override
    public Totals createAccumulator() {
        return new Totals();
    }

    @Override
    public Totals add(Message message, Totals totals) {
        message.values.forEach((metric, value) ->
                totals.metrics.computeIfAbsent(metric, name -> new Moments()).add(value, message.observedAt));
        return totals;
    }

    @Override
    public Totals getResult(Totals totals) {
        return totals;
    }

    @Override
    public Totals merge(Totals one, Totals other) {
        other.metrics.forEach((metric, moments) ->
                one.metrics.computeIfAbsent(metric, name -> new Moments()).add(moments));
        return one;
    }
}
