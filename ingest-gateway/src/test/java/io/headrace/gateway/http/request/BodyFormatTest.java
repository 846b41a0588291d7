package io.headrace.gateway.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyFormatTest {
    private static List<String> split(BodyFormat format, String body) {
        return format.split(body.getBytes(StandardCharsets.UTF_8), Integer.MAX_VALUE).stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"a\":1}",
                "[",
                "[1",
                "[1,",
                "[1,]",
                "[,1]",
                "[1,,2]",
                "[\"a]",
                "[\"a\\",
                "[1] 2",
                "[1}",
                "[{]}, 2]",
                "]",
                "\uFEFF[1,2]",
            })
    void whatCannotBeSplitIsOneMessageAsItIs(String body) {
        assertThat(split(BodyFormat.JSON, body)).containsExactly(body);
    }

    @Test
    void anElementThatIsNotJsonLeavesItsNeighboursAlone() {
        assertThat(split(BodyFormat.JSON, "[{\"a\":1}, nonsense, {\"b\":]}, {\"c\":3}]".replace("]}", "[]}")))
                .containsExactly("{\"a\":1}", "nonsense", "{\"b\":[]}", "{\"c\":3}");
    }

    @Test
    void anEmptyArrayHasNoMessages() {
        assertThat(split(BodyFormat.JSON, " [ \n ] ")).isEmpty();
    }

    @Test
    void arraysAreSplitAsAJsonParserWould() throws Exception {
        // Given
        ObjectMapper mapper = new ObjectMapper();
        Random random = new Random(4711);

        for (int i = 0; i < 500; i++) {
            // When
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (int n = random.nextInt(6); n > 0; n--) {
                array.add(node(random, 4));
            }
            String text = random.nextBoolean()
                    ? mapper.writeValueAsString(array)
                    : mapper.writerWithDefaultPrettyPrinter().writeValueAsString(array);
            List<String> parts = split(BodyFormat.JSON, text);

            // Then
            ArrayNode again = JsonNodeFactory.instance.arrayNode();
            for (String part : parts) {
                again.add(mapper.readTree(part));
            }
            assertThat(again).isEqualTo(mapper.readTree(text));
        }
    }

    private static JsonNode node(Random random, int depth) {
        JsonNodeFactory factory = JsonNodeFactory.instance;
        return switch (random.nextInt(depth > 0 ? 5 : 3)) {
            case 0 -> factory.numberNode(random.nextDouble());
            case 1 -> factory.textNode("a,]}\"\\ü" + random.nextInt());
            case 2 -> factory.nullNode();
            case 3 -> factory.objectNode().set("k,{", node(random, depth - 1));
            default -> factory.arrayNode().add(node(random, depth - 1)).add(1);
        };
    }

    @Test
    void linesAreSplitAtLineFeedsAndBlankOnesAreNone() {
        assertThat(split(BodyFormat.LINES, "{\"a\":1}\r\n\n  \n {\"b\":2} \n{\"c\":3}"))
                .containsExactly("{\"a\":1}", " {\"b\":2} ", "{\"c\":3}");
        assertThat(split(BodyFormat.LINES, "\n\n")).containsExactly("\n\n");
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, JSON",
        "Application/JSON; charset=utf-8, JSON",
        "application/x-ndjson, LINES",
        "application/senml+json, WHOLE",
        "'', WHOLE",
    })
    void theContentTypeTellsTheFormat(String contentType, BodyFormat format) {
        assertThat(BodyFormat.of(contentType)).isEqualTo(format);
    }

    @Test
    void nothingIsSplitBeyondOneMoreThanMayBe() {
        byte[] array = ("[" + "1,".repeat(100_000) + "1]").getBytes(StandardCharsets.UTF_8);
        byte[] lines = "1\n".repeat(100_000).getBytes(StandardCharsets.UTF_8);

        assertThat(BodyFormat.JSON.split(array, 10)).hasSize(11);
        assertThat(BodyFormat.LINES.split(lines, 10)).hasSize(11);
    }
}
