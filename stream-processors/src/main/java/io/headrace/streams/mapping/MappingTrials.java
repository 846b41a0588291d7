package io.headrace.streams.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.record.Mapping;
import io.headrace.registry.SchemaRegistry;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Decoder;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Memory;
import io.headrace.streams.decode.Payload;
import io.headrace.streams.decode.Sample;
import io.headrace.streams.decode.Sender;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Says what an expression would make of a payload. Nothing is written.
 *
 * <p>Asked is {@code {"expression", "payload", "contentType", "device", "topic", "tags"}}, the payload in Base64. Answered is
 * {@code {"readings": [{"ts", "seq", "values"}]}}, or the {@code reason} and {@code detail} of a dead letter.
 */
public final class MappingTrials {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Limits limits;
    private final Decoder decoder;
    private final Clock clock;

    public MappingTrials(Limits limits, SchemaRegistry registry, Clock clock) {
        this.limits = limits;
        this.decoder = new Decoder(limits, registry);
        this.clock = clock;
    }

    /** Empty where the question can't be read. */
    public Optional<String> answer(byte[] question) {
        try {
            JsonNode asked = JSON.readTree(question);
            byte[] payload = asked.path("payload").binaryValue();
            return payload == null
                    ? Optional.empty()
                    : Optional.of(answer(asked, payload).toString());
        } catch (IOException notReadable) {
            return Optional.empty();
        }
    }

    private ObjectNode answer(JsonNode asked, byte[] payload) {
        Map<String, String> tags = new HashMap<>();
        asked.path("tags")
                .properties()
                .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
        Instant now = clock.instant();
        CompiledMapping mapping = CompiledMapping.of(new Mapping(
                "test", true, tags, null, null, asked.path("expression").asText(), now));
        Sender sender =
                new Sender(asked.path("device").asText(""), text(asked, "topic"), Optional.empty(), Memory.NONE, false);
        Decoded decoded = decoder.decode(
                new Payload(payload, text(asked, "contentType"), Optional.empty(), now, sender),
                Optional.of(new MappedFormat(mapping, tags, limits)));
        return switch (decoded) {
            case Decoded.Rejected rejected ->
                JSON.createObjectNode().put("reason", rejected.reason().name()).put("detail", rejected.detail());
            case Decoded.Samples samples -> {
                ObjectNode answer = JSON.createObjectNode();
                ArrayNode readings = answer.putArray("readings");
                samples.list().forEach(sample -> readings.add(reading(sample)));
                yield answer;
            }
        };
    }

    private static ObjectNode reading(Sample sample) {
        ObjectNode reading = JSON.createObjectNode();
        sample.time().ifPresent(time -> reading.put("ts", time.toString()));
        sample.sequence().ifPresent(sequence -> reading.put("seq", sequence));
        ObjectNode values = reading.putObject("values");
        sample.values().forEach((name, value) -> values.set(name, JSON.valueToTree(value)));
        return reading;
    }

    private static Optional<String> text(JsonNode asked, String name) {
        return Optional.ofNullable(asked.path(name).textValue());
    }
}
