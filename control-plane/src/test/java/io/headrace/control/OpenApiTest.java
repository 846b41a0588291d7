package io.headrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.control.http.Endpoint;
import io.headrace.testing.InMemorySchemaRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenApiTest {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");
    private static List<Endpoint> endpoints = List.of();

    /** What is served doesn't depend on Kafka, so none is there. */
    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        ControlPlaneConfig config = TestHub.config(Map.of("kafka.bootstrap-servers", "127.0.0.1:1"), folder);
        try (ControlPlane plane =
                ControlPlane.start(config, new InMemorySchemaRegistry(), new SimpleMeterRegistry(), List.of())) {
            endpoints = plane.api();
            assertThat(plane.isReady()).isFalse();
        }
    }

    @Test
    void theDocumentHasEveryRouteAndNoOther() throws Exception {
        // Given
        JsonNode document = document();

        // When
        Set<String> documented = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (METHODS.contains(method)) {
                        documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                    }
                }));

        // Then
        Set<String> served = endpoints.stream()
                .map(endpoint -> endpoint.method() + " " + endpoint.path())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(documented).isEqualTo(served);
    }

    @Test
    void theDocumentNamesTheRoleOfEveryRoute() throws Exception {
        JsonNode document = document();
        for (Endpoint endpoint : endpoints) {
            JsonNode operation = document.path("paths")
                    .path(endpoint.path())
                    .path(endpoint.method().toLowerCase(Locale.ROOT));
            String role = endpoint.role()
                    .map(needed -> "Role: " + needed.name().toLowerCase(Locale.ROOT) + ".")
                    .orElse("");
            assertThat(operation.path("summary").asText()).as(endpoint.path()).endsWith(role);
            assertThat(operation.has("security"))
                    .as(endpoint.path())
                    .isEqualTo(endpoint.role().isEmpty());
        }
    }

    @Test
    void everyReferenceLeadsSomewhere() throws Exception {
        JsonNode document = document();
        for (JsonNode reference : document.findValues("$ref")) {
            assertThat(document.at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse();
        }
    }

    private static JsonNode document() throws Exception {
        try (InputStream in = Objects.requireNonNull(ControlPlane.class.getResourceAsStream("openapi.json"))) {
            return new ObjectMapper().readTree(in);
        }
    }
}
