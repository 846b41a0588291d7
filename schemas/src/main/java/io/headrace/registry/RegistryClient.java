package io.headrace.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headrace.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.InterruptException;

/**
 * {@link SchemaRegistry} over the registry's REST protocol. Answers are cached without limit: a hub has few schemas. That
 * an id is unknown is kept for a minute: a flood of records with a wrong id costs one question a minute, and a schema
 * that is registered later is seen.
 */
public final class RegistryClient implements SchemaRegistry {
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistryConfig config;
    private final HttpClient http;
    private final Map<Registration, Integer> ids = new ConcurrentHashMap<>();
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final UnknownIds unknown = new UnknownIds(Duration.ofMinutes(1), 10_000);

    private record Registration(String subject, Schema schema) {}

    public RegistryClient(RegistryConfig config) {
        this.config = config;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(config.timeout());
        config.trustedCertificates().ifPresent(file -> builder.sslContext(trusting(file)));
        this.http = builder.build();
    }

    @Override
    public int register(String subject, Schema schema) {
        Registration registration = new Registration(subject, schema);
        Integer known = ids.get(registration);
        if (known != null) {
            return known;
        }
        String body = JSON.createObjectNode().put("schema", schema.toString()).toString();
        HttpResponse<String> response = send(request("/subjects/" + encoded(subject) + "/versions")
                .POST(BodyPublishers.ofString(body))
                .build());
        if (response.statusCode() == 409 || response.statusCode() == 422) {
            throw new IncompatibleSchemaException(subject, firstLine(response.body()));
        }
        int id = parsed(response).path("id").asInt(-1);
        if (id < 0) {
            throw new RegistryUnavailableException(config.url() + " answered no id: " + firstLine(response.body()));
        }
        ids.put(registration, id);
        schemas.putIfAbsent(id, schema);
        return id;
    }

    @Override
    public Schema schema(int id) {
        Schema known = schemas.get(id);
        if (known != null) {
            return known;
        }
        if (unknown.contains(id, System.nanoTime())) {
            throw new UnknownSchemaException(id);
        }
        HttpResponse<String> response = send(request("/schemas/ids/" + id).GET().build());
        if (response.statusCode() == 404) {
            unknown.add(id, System.nanoTime());
            throw new UnknownSchemaException(id);
        }
        Schema schema =
                new Schema.Parser().parse(parsed(response).path("schema").asText());
        schemas.put(id, schema);
        return schema;
    }

    /**
     * Sets what a new version under any subject must be to its earlier ones.
     *
     * @param level as the protocol spells it, {@code BACKWARD_TRANSITIVE} for us
     */
    public void requireCompatibility(String level) {
        String body = JSON.createObjectNode().put("compatibility", level).toString();
        parsed(send(request("/config").PUT(BodyPublishers.ofString(body)).build()));
    }

    private HttpRequest.Builder request(String path) {
        String base = config.url().toString();
        URI uri = URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri)
                .timeout(config.timeout())
                .header("Accept", MEDIA_TYPE)
                .header("Content-Type", MEDIA_TYPE);
        config.username().ifPresent(user -> {
            String password = config.password().orElseThrow().reveal().get();
            byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            builder.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
        });
        return builder;
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new RegistryUnavailableException(config.url() + " doesn't answer: " + e, e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private JsonNode parsed(HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            throw new RegistryUnavailableException(
                    config.url() + " answered " + response.statusCode() + ": " + firstLine(response.body()));
        }
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new RegistryUnavailableException(
                    config.url() + " answered no JSON: " + firstLine(response.body()), e);
        }
    }

    private static String encoded(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8);
    }

    private static String firstLine(String body) {
        String line = body.lines().findFirst().orElse("");
        return line.substring(0, Math.min(line.length(), 500));
    }

    private static SSLContext trusting(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigException(
                    "registry.trusted-certificates = " + pem + " can't be read as certificates: " + e.getMessage());
        }
    }
}
