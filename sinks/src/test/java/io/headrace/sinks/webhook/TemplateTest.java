package io.headrace.sinks.webhook;

import static io.headrace.sinks.SinkRecords.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import io.headrace.record.Origin;
import io.headrace.record.Severity;
import io.headrace.sinks.SinkRecords;
import io.headrace.sinks.convert.RecordJson;
import io.headrace.template.Template;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies of records, read back by a JSON parser. */
class TemplateTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SinkRecords records = new SinkRecords();

    private JsonNode alert(String message) {
        return RecordJson.of(records.of(
                SinkRecords.CATALOGUE.alerts(),
                0,
                7,
                Alert.newBuilder()
                        .setId("hot-1")
                        .setDeviceId("press-4")
                        .setRuleId("hot")
                        .setSeverity(Severity.CRITICAL)
                        .setState(AlertState.RAISED)
                        .setRaisedAt(NOON)
                        .setReceivedAt(NOON)
                        .setMessage(message)
                        .setOrigin(new Origin(3, 4711L, 0))
                        .build()));
    }

    private static JsonNode filled(String template, JsonNode record) throws IOException {
        return JSON.readTree(new Template(template).body(record));
    }

    @Test
    void withoutATemplateTheRecordGoesOutAsItIs() throws IOException {
        // When
        JsonNode body = JSON.readTree(new Template(null).body(alert("too hot")));

        // Then
        assertThat(body).isEqualTo(JSON.readTree("""
                                {"id": "hot-1", "device_id": "press-4", "rule_id": "hot", "severity": "CRITICAL",
                                 "state": "RAISED", "raised_at": "2026-03-04T12:00:00.000123Z", "cleared_at": null,
                                 "received_at": "2026-03-04T12:00:00.000123Z", "message": "too hot",
                                 "origin": {"partition": 3, "offset": 4711, "index": 0}, "episode": 1, "held_back": 0,
                                 "acknowledged_at": null, "acknowledged_by": null, "evidence": [], "history": [],
                                 "forecast": null, "group": null, "part_of": null, "member_total": 0, "member_count": 0,
                                 "members": [], "escalation_level": 0}"""));
    }

    @Test
    void aPlaceAloneKeepsItsTypeAndWithinATextBecomesText() throws IOException {
        // When
        JsonNode body = filled("""
                {"text": "${device_id}: ${message} (${origin.offset})", "offset": "${origin.offset}", "all": ["${origin}"],
                 "none": "${cleared_at}", "missing": "x${nothing.there}", "fixed": 7, "$": "${"}""", alert("too hot"));

        // Then
        assertThat(body).isEqualTo(JSON.readTree("""
                                {"text": "press-4: too hot (4711)", "offset": 4711,
                                 "all": [{"partition": 3, "offset": 4711, "index": 0}],
                                 "none": null, "missing": "x", "fixed": 7, "$": "${"}"""));
    }

    @Test
    void whatADeviceSaysCantBreakOut() throws IOException {
        // Given
        String hostile = "\",\"role\":\"admin\"} ${severity} $1 \\ \n\u0000\u2028";

        // When
        JsonNode body = filled("{\"text\": \"say: ${message}\"}", alert(hostile));

        // Then
        assertThat(body.size()).isEqualTo(1);
        assertThat(body.path("text").textValue()).isEqualTo("say: " + hostile);
    }

    @Test
    void valuesOfAllKindsAreJson() throws IOException {
        // Given
        Map<String, Object> values =
                new HashMap<>(Map.of("d", 1.5, "l", Long.MAX_VALUE, "b", true, "s", "text", "n", Double.NaN));

        // When
        JsonNode body = JSON.readTree(new Template(null).body(RecordJson.of(records.reading(0, 1, "d1", values))));

        // Then
        assertThat(body.path("values"))
                .isEqualTo(JSON.readTree(
                        "{\"d\": 1.5, \"l\": 9223372036854775807, \"b\": true, \"s\": \"text\", \"n\": \"NaN\"}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\": | isn't JSON",
                "{\"a\": 1} x | isn't JSON",
                "{\"a\": 1, \"a\": 2} | isn't JSON",
                "'' | is empty",
                "{\"a\": \"${}\"} | ${}",
                "{\"a\": \"${a b}\"} | ${a b}",
                "[{\"a\": [\"${.a}\"]}] | ${.a}",
            })
    void aTemplateThatIsNoneIsRefused(String template, String why) {
        assertThatThrownBy(() -> new Template(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
