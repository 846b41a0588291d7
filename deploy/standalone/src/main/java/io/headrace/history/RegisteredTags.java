package io.headrace.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.client.ApiClient;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The tags that devices have now, all read where one is asked for first; none of a device that is gone. */
public final class RegisteredTags implements Function<String, Map<String, String>> {
    private static final String DEVICES = "/api/v1/devices";

    private final ApiClient api;
    private @Nullable Map<String, Map<String, String>> known;

    public RegisteredTags(ApiClient api) {
        this.api = api;
    }

    @Override
    public Map<String, String> apply(String device) {
        Map<String, Map<String, String>> all = known;
        if (all == null) {
            all = read();
            known = all;
        }
        return all.getOrDefault(device, Map.of());
    }

    private Map<String, Map<String, String>> read() {
        Map<String, Map<String, String>> all = new HashMap<>();
        String after = "";
        do {
            JsonNode page = api.get(ApiClient.path(DEVICES, Map.of("limit", "1000", "after", after)));
            for (JsonNode device : page.path("devices")) {
                Map<String, String> tags = new HashMap<>();
                device.path("tags")
                        .properties()
                        .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
                all.put(device.path("id").asText(), Map.copyOf(tags));
            }
            after = page.path("next").asText("");
        } while (!after.isEmpty());
        return all;
    }
}
