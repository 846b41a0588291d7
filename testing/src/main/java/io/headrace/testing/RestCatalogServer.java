package io.headrace.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.RESTCatalogProperties.SnapshotMode;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ConfigResponse;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.jspecify.annotations.Nullable;

/**
 * A REST catalog over another one: Iceberg's own handlers, which its reference server has too, behind the JDK's server.
 * For who brings Iceberg.
 */
public final class RestCatalogServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper()
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE);

    static {
        RESTSerializers.registerAll(JSON);
    }

    private final Map<String, String> behind;
    private final JdbcCatalog catalog = new JdbcCatalog();
    private final HttpServer server;

    /**
     * @param name of the catalog behind
     * @param behind its settings, as Iceberg spells them: one in a database
     */
    public RestCatalogServer(String name, Map<String, String> behind) throws IOException {
        this.behind = Map.copyOf(behind);
        this.catalog.initialize(name, behind);
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** Settings of a client of it: the same tables, by REST. */
    public Map<String, String> settings() {
        return Map.of(
                "type",
                "rest",
                "uri",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "warehouse",
                behind.getOrDefault("warehouse", ""),
                "io-impl",
                behind.getOrDefault("io-impl", ""));
    }

    private void answer(HttpExchange exchange) throws IOException {
        int status = 200;
        @Nullable Object answer;
        try {
            answer = handled(exchange);
        } catch (RuntimeException e) {
            status = status(e);
            answer = ErrorResponse.builder()
                    .responseCode(status)
                    .withType(e.getClass().getSimpleName())
                    .withMessage(String.valueOf(e.getMessage()))
                    .build();
        }
        byte[] body = answer == null ? new byte[0] : JSON.writeValueAsBytes(answer);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        boolean isBare = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(body.length == 0 && status == 200 ? 204 : status, isBare ? -1 : body.length);
        if (!isBare) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private @Nullable Object handled(HttpExchange exchange) throws IOException {
        List<String> path =
                List.of(exchange.getRequestURI().getPath().substring(1).split("/", -1));
        String method = exchange.getRequestMethod();
        if (path.equals(List.of("v1", "config"))) {
            return ConfigResponse.builder().build();
        }
        if (path.size() == 2) {
            return CatalogHandlers.createNamespace(catalog, read(exchange, CreateNamespaceRequest.class));
        }
        Namespace namespace = Namespace.of(path.get(2));
        if (path.size() == 3) {
            return CatalogHandlers.loadNamespace(catalog, namespace);
        }
        if (path.size() == 4) {
            return CatalogHandlers.createTable(catalog, namespace, read(exchange, CreateTableRequest.class));
        }
        TableIdentifier table = TableIdentifier.of(namespace, path.get(4));
        if (path.size() > 5) {
            return null; // metrics
        }
        return method.equals("POST")
                ? CatalogHandlers.updateTable(catalog, table, read(exchange, UpdateTableRequest.class))
                : CatalogHandlers.loadTable(catalog, table, SnapshotMode.ALL);
    }

    private static <T> T read(HttpExchange exchange, Class<T> type) throws IOException {
        return JSON.readValue(exchange.getRequestBody(), type);
    }

    private static int status(RuntimeException e) {
        if (e instanceof NoSuchTableException || e instanceof NoSuchNamespaceException) {
            return 404;
        }
        return e instanceof AlreadyExistsException || e instanceof CommitFailedException ? 409 : 500;
    }

    @Override
    public void close() {
        server.stop(0);
        catalog.close();
    }
}
