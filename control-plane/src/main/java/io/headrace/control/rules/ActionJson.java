package io.headrace.control.rules;

import io.headrace.control.definitions.RecordJson;
import io.headrace.control.http.Json;
import io.headrace.control.http.Problem;
import io.headrace.record.RuleAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What a rule does, as the API has it: {@code {"on": ["raised"], "command": {"name": "stop", "payload": {"speed": 0}}}}. A
 * payload is any JSON here, and its text in the record.
 */
final class ActionJson {
    private static final String COMMAND = "command";
    private static final String PAYLOAD = "payload";

    private ActionJson() {}

    /** @throws Problem (400) that names the member and what is wanted */
    static List<RuleAction> read(List<Map<String, Object>> actions) {
        List<RuleAction> all = new ArrayList<>();
        for (int i = 0; i < actions.size(); i++) {
            Map<String, Object> action = actions.get(i);
            String path = "actions[" + i + "]";
            if (action == null) { // JSON has null where it likes
                throw Problem.badRequest(path + " must be an object");
            }
            all.add(RecordJson.read(RuleAction.class, with(action, Json::text), path));
        }
        return all;
    }

    static List<Map<String, Object>> shown(List<RuleAction> actions) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (RuleAction action : actions) {
            Map<String, Object> members = with(
                    RecordJson.shown(action),
                    payload -> Json.read(payload.toString().getBytes(StandardCharsets.UTF_8), Object.class));
            members.remove("on", List.of());
            all.add(members);
        }
        return all;
    }

    /** A copy with another form of the payload, where there is one. */
    private static Map<String, Object> with(Map<String, Object> action, UnaryOperator<Object> form) {
        Map<String, Object> copy = new LinkedHashMap<>(action);
        if (copy.get(COMMAND) instanceof Map<?, ?> command && command.get(PAYLOAD) != null) {
            Map<Object, Object> changed = new LinkedHashMap<>(command);
            changed.computeIfPresent(PAYLOAD, (_, payload) -> form.apply(payload));
            copy.put(COMMAND, changed);
        }
        return copy;
    }
}
