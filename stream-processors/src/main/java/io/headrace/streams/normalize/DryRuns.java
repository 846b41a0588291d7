package io.headrace.streams.normalize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Topic;
import io.headrace.record.Mapping;
import io.headrace.record.Origin;
import io.headrace.registry.SchemaRegistry;
import io.headrace.streams.decode.Memory;
import io.headrace.streams.mapping.Mappings;
import io.headrace.streams.registered.DeviceFacts;
import io.headrace.streams.registered.RegisteredDevices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Says what would become of messages if they came now, with the code and the configuration of this application and the
 * devices as they are. Nothing is written. Duplicates are for whoever asks to find: the identities of stored messages
 * are spread over all instances.
 *
 * <p>Asked is {@code {"messages": [{"key", "value", "headers", "receivedAt"}]}}, key and value in Base64, each missing
 * where the record has none, {@code receivedAt} in epoch milliseconds. Answered is {@code {"verdicts": [{"outcome",
 * "readings", "reason", "detail"}]}} in the same order; and {@code duplicateWindowMs}.
 */
public final class DryRuns {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Origin NOWHERE = new Origin(0, 0L, 0);

    private final Judge judge;
    private final Mappings mappings;
    private final long duplicateWindowMs;

    /**
     * @param topic of mappings
     * @param registry of schemas
     */
    public DryRuns(NormalizeConfig config, Topic<Mapping> topic, SchemaRegistry registry) {
        this.judge = new Judge(config, registry, outcome -> {});
        this.mappings = new Mappings(topic, registry, config.limits());
        this.duplicateWindowMs = config.duplicateWindow().toMillis();
    }

    /**
     * Answers one question.
     *
     * @return empty where the question can't be read
     * @throws org.apache.kafka.streams.errors.InvalidStateStoreException while the devices aren't known yet
     */
    public Optional<String> answer(KafkaStreams application, byte[] question) {
        ReadOnlyKeyValueStore<String, byte[]> devices = application.store(
                StoreQueryParameters.fromNameAndType(RegisteredDevices.STORE, QueryableStoreTypes.keyValueStore()));
        mappings.follow(application.store(StoreQueryParameters.fromNameAndType(
                NormalizeFragment.MAPPINGS, QueryableStoreTypes.<String, byte[]>keyValueStore())));
        ReadOnlyKeyValueStore<String, byte[]> memories = application.store(
                StoreQueryParameters.fromNameAndType(NormalizeFragment.MEMORIES, QueryableStoreTypes.keyValueStore()));
        return answer(
                new Devices() {
                    @Override
                    public DeviceFacts device(String id) {
                        return DeviceFacts.ofStored(devices.get(id));
                    }

                    @Override
                    public Memory memory(String id) {
                        return Memories.of(memories, id);
                    }
                },
                question);
    }

    /** Where the facts of devices come from. */
    interface Devices {
        DeviceFacts device(String id);

        /** Of the devices whose partitions are here. */
        default Memory memory(String id) {
            return Memory.NONE;
        }
    }

    Optional<String> answer(Devices devices, byte[] question) {
        ObjectNode answer = JSON.createObjectNode().put("duplicateWindowMs", duplicateWindowMs);
        ArrayNode verdicts = answer.putArray("verdicts");
        try {
            for (JsonNode message : JSON.readTree(question).path("messages")) {
                verdicts.add(verdict(devices, message));
            }
        } catch (IOException notReadable) {
            return Optional.empty();
        }
        return Optional.of(answer.toString());
    }

    private ObjectNode verdict(Devices devices, JsonNode asked) throws IOException {
        RecordHeaders headers = new RecordHeaders();
        asked.path("headers")
                .properties()
                .forEach(header ->
                        Headers.set(headers, header.getKey(), header.getValue().asText()));
        String key = asked.has("key") ? new String(bytes(asked.path("key")), StandardCharsets.ISO_8859_1) : null;
        byte[] value = asked.has("value") ? bytes(asked.path("value")) : new byte[0];
        Instant receivedAt = Instant.ofEpochMilli(asked.path("receivedAt").asLong());
        RawMessage message = RawHeaders.message(headers, key, value, new Arrival(NOWHERE, receivedAt, 1));
        Verdict verdict = judge.judge(key, message, new Unexpired(devices, mappings));
        ObjectNode said =
                JSON.createObjectNode().put("outcome", verdict.outcome().name());
        return switch (verdict) {
            case Verdict.Stored stored -> said.put("readings", stored.readings().size());
            case Verdict.SetAside aside ->
                said.put("reason", aside.reason().name()).put("detail", aside.detail());
            case Verdict.Dropped dropped -> said;
        };
    }

    private static byte[] bytes(JsonNode base64) throws IOException {
        byte[] bytes = base64.binaryValue();
        if (bytes == null) {
            throw new IOException("no Base64");
        }
        return bytes;
    }

    /** As for a replay: nothing is expired. */
    private record Unexpired(Devices devices, Mappings mappings) implements Judge.Knowledge {
        @Override
        public DeviceFacts device(String id) {
            return devices.device(id);
        }

        @Override
        public boolean isExpired(RawMessage message) {
            return false;
        }

        /** For whoever asks to know: a question has no origin. */
        @Override
        public boolean isErased(RawMessage message) {
            return false;
        }

        @Override
        public boolean isDuplicate(RawMessage message) {
            return false;
        }

        @Override
        public Memory memory(String id) {
            return devices.memory(id);
        }

        @Override
        public boolean isReplay() {
            return true;
        }
    }
}
