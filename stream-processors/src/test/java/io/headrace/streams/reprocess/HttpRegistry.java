package io.headrace.streams.reprocess;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.headrace.testing.InMemorySchemaRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;

/** As much of a schema registry's REST protocol as serdes use, in no time. */
final class HttpRegistry implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final InMemorySchemaRegistry schemas = new InMemorySchemaRegistry();
    private final HttpServer server;

    HttpRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/subjects/", exchange -> {
            String schema =
                    JSON.readTree(exchange.getRequestBody()).path("schema").asText();
            int id = schemas.register("any", new Schema.Parser().parse(schema));
            answer(exchange, JSON.createObjectNode().put("id", id).toString());
        });
        server.createContext("/schemas/ids/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            Schema schema = schemas.schema(Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)));
            answer(
                    exchange,
                    JSON.createObjectNode().put("schema", schema.toString()).toString());
        });
        server.start();
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
