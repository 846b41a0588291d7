package io.headrace.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.cli.BackTestPage.Range;
import io.headrace.record.Rule;
import io.headrace.streams.backtest.Difference;
import io.headrace.streams.backtest.Episode;
import io.headrace.streams.backtest.Outcome;
import io.headrace.streams.backtest.Result;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What a back-test found, for scripts.
 *
 * @param first how many alerts of each list
 */
record BackTestJson(int first) {
    private static final ObjectMapper JSON = new ObjectMapper();

    ObjectNode of(Rule tried, Range range, Result result) {
        ObjectNode all = JSON.createObjectNode()
                .put("rule", tried.getId())
                .put("from", range.from().toString())
                .put("to", range.to().toString())
                .put("source", range.source())
                .put("readings", result.readings())
                .put("devices", result.devices());
        all.set("tried", side(result, result.tried()));
        result.active().ifPresent(active -> {
            all.set("inForce", side(result, active));
            all.set("againstInForce", difference(Difference.of(result.tried(), active)));
        });
        result.written().ifPresent(written -> {
            all.set("raised", side(result, written));
            all.set("againstRaised", difference(Difference.of(result.tried(), written)));
        });
        return all;
    }

    private ObjectNode side(Result result, Outcome side) {
        ObjectNode node = JSON.createObjectNode()
                .put("alerts", side.alerts())
                .put("devices", side.devices())
                .put("again", side.again())
                .put("standing", side.standing())
                .put("grouped", side.grouped())
                .put("escalations", side.escalations())
                .put("longestMs", side.longest().toMillis())
                .put("inAlarmMs", side.inAlarm().toMillis())
                .put("shareInAlarm", result.shareOf(side))
                .put("failures", side.failures());
        ArrayNode days = node.putArray("byDay");
        side.byDay()
                .forEach((day, alerts) -> days.addObject()
                        .put("day", day.day().toString())
                        .put("device", day.device())
                        .put("alerts", alerts));
        node.set("first", episodes(side.episodes()));
        return node;
    }

    private ObjectNode difference(Difference difference) {
        ObjectNode node = JSON.createObjectNode()
                .put("same", difference.same())
                .put("onlyTried", difference.onlyFirst().size())
                .put("onlyOther", difference.onlySecond().size())
                .put("whole", difference.isWhole());
        node.set("firstOnlyTried", episodes(difference.onlyFirst()));
        node.set("firstOnlyOther", episodes(difference.onlySecond()));
        return node;
    }

    private ArrayNode episodes(List<Episode> episodes) {
        ArrayNode list = JSON.createArrayNode();
        episodes.stream().limit(first).forEach(each -> {
            ObjectNode node = list.addObject()
                    .put("device", each.device())
                    .put("raisedAt", each.raisedAt().toString())
                    .put("clearedAt", each.clearedAt().map(Instant::toString).orElse(null))
                    .put("severity", each.severity().name().toLowerCase(Locale.ROOT))
                    .put("message", each.message());
            ObjectNode values = node.putObject("values");
            each.values()
                    .forEach((metric, span) ->
                            values.putObject(metric).put("least", span.least()).put("greatest", span.greatest()));
        });
        return list;
    }
}
