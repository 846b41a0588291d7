package io.headrace.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * One reading of a mote.
 *
 * @param at event time, whole milliseconds
 * @param humidity per cent
 * @param temperature °C
 * @param abnormal labelled so in the real data, or made so by an injected fault
 */
record Climate(Instant at, double humidity, double temperature, boolean abnormal) {
    /** Numbers in each reading. */
    static final int VALUES = 2;

    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());

    /** Content types of the same reading. */
    enum Form {
        JSON("application/json"),
        FLAT_JSON("application/json"),
        SENML("application/senml+json"),
        CBOR("application/cbor");

        private final String contentType;

        Form(String contentType) {
            this.contentType = contentType;
        }

        String contentType() {
            return contentType;
        }
    }

    String json() {
        return String.format(
                Locale.ROOT,
                "{\"ts\":%d,\"values\":{\"humidity\":%.3f,\"temperature\":%.3f}}",
                at.toEpochMilli(),
                humidity,
                temperature);
    }

    /** A message with this reading. */
    Outgoing message(Form form) {
        Expected expected = Expected.reading(VALUES);
        return switch (form) {
            case JSON -> Outgoing.json(at, json(), expected);
            case FLAT_JSON ->
                Outgoing.json(
                                at,
                                String.format(
                                        Locale.ROOT, "{\"humidity\":%.3f,\"temperature\":%.3f}", humidity, temperature),
                                expected)
                        .withDeviceTime(at);
            case SENML ->
                Outgoing.of(
                        at,
                        String.format(
                                        Locale.ROOT,
                                        "[{\"bt\":%.3f,\"n\":\"humidity\",\"u\":\"%%RH\",\"v\":%.3f},"
                                                + "{\"n\":\"temperature\",\"u\":\"Cel\",\"v\":%.3f}]",
                                        at.toEpochMilli() / 1e3,
                                        humidity,
                                        temperature)
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        form.contentType(),
                        expected);
            case CBOR -> Outgoing.of(at, cbor(), form.contentType(), expected);
        };
    }

    private byte[] cbor() {
        try {
            return CBOR.writeValueAsBytes(Map.of(
                    "ts", at.toEpochMilli(), "values", Map.of("humidity", humidity, "temperature", temperature)));
        } catch (IOException e) {
            throw new UncheckedIOException("a map of numbers can be written", e);
        }
    }
}
