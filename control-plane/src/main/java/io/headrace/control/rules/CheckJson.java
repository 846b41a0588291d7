package io.headrace.control.rules;

import io.headrace.control.definitions.RecordJson;
import io.headrace.control.http.Problem;
import io.headrace.record.BandCheck;
import io.headrace.record.ForecastCheck;
import io.headrace.record.GeofenceCheck;
import io.headrace.record.RateCheck;
import io.headrace.record.SilentCheck;
import io.headrace.record.StuckCheck;
import io.headrace.record.ThresholdCheck;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/** What a rule watches, as the API has it: {@code {"kind": "threshold", "metric": "temperature", "above": 80}}. */
final class CheckJson {
    private static final String KIND = "kind";
    /** By itself true of a rule that is made, false of one that is stored since before there was such a thing. */
    private static final String NEVER_SPOKE = "neverSpoke";

    private static final List<Class<? extends SpecificRecord>> KINDS = List.of(
            ThresholdCheck.class,
            SilentCheck.class,
            StuckCheck.class,
            RateCheck.class,
            BandCheck.class,
            ForecastCheck.class,
            GeofenceCheck.class);

    private CheckJson() {}

    /** @throws Problem (400) that names the member and what is wanted */
    static SpecificRecord read(Map<String, Object> check) {
        Object kind = check.get(KIND);
        Class<? extends SpecificRecord> type = KINDS.stream()
                .filter(each -> word(each).equals(kind))
                .findFirst()
                .orElseThrow(() -> Problem.badRequest("check.kind must be "
                        + KINDS.stream().map(CheckJson::word).collect(Collectors.joining(", "))));
        Map<String, Object> members = new LinkedHashMap<>(check);
        members.remove(KIND);
        if (type == SilentCheck.class) {
            members.putIfAbsent(NEVER_SPOKE, true);
        }
        return RecordJson.read(type, members, "check");
    }

    static Map<String, Object> shown(Object check) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put(KIND, word(check.getClass()));
        members.putAll(RecordJson.shown((SpecificRecord) check));
        return members;
    }

    private static String word(Class<?> type) {
        String name = type.getSimpleName();
        return name.substring(0, name.length() - "Check".length()).toLowerCase(Locale.ROOT);
    }
}
