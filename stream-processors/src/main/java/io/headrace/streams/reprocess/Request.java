package io.headrace.streams.reprocess;

import io.headrace.record.Route;
import io.headrace.record.Rule;
import io.headrace.streams.ProcessorsConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What to run over history.
 *
 * @param config of the processors, with what is to be tried; not yet {@link ProcessorsConfig#into} anything
 * @param suffix of the shadow topics
 * @param from receive time from which results are compared
 * @param to receive time at which it ends
 * @param warmUp how much before {@code from} is processed too, so that windows, detectors and alerts know what went before
 * @param rules in place of live ones of the same id, or beside them
 * @param routes as {@code rules}
 */
public record Request(
        ProcessorsConfig config,
        String suffix,
        Instant from,
        Instant to,
        Duration warmUp,
        List<Rule> rules,
        List<Route> routes) {

    public Request {
        rules = List.copyOf(rules);
        routes = List.copyOf(routes);
    }

    /** Receive time from which readings are processed. */
    Instant start() {
        return from.minus(warmUp);
    }
}
