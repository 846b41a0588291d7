package io.headrace.demo;

/** How a device talks. */
enum Wire {
    MQTT_5("MQTT 5"),
    MQTT_5_TLS("MQTT 5 over TLS"),
    MQTT_311("MQTT 3.1.1"),
    MQTT_311_TLS("MQTT 3.1.1 over TLS"),
    HTTP("HTTP/1.1"),
    HTTPS("HTTP/2 over TLS"),
    MQTT_WEBSOCKET("MQTT 5 over WebSocket"),
    AMQP("AMQP 1.0"),
    AMQPS("AMQP 1.0 over TLS"),
    COAPS("CoAP over DTLS");

    private final String words;

    Wire(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    boolean isTls() {
        return switch (this) {
            case MQTT_5_TLS, MQTT_311_TLS, HTTPS, AMQPS, COAPS -> true;
            case MQTT_5, MQTT_311, HTTP, MQTT_WEBSOCKET, AMQP -> false;
        };
    }

    /** Whether one send can bring many messages, each with a receipt of its own. */
    boolean takesBatches() {
        return this == HTTP || this == HTTPS;
    }

    /** Whether a message can say beside its payload what it is, when it was, and how long it matters. */
    boolean tellsFacts() {
        return switch (this) {
            case MQTT_5, MQTT_5_TLS, MQTT_WEBSOCKET, HTTP, HTTPS, AMQP, AMQPS -> true;
            case MQTT_311, MQTT_311_TLS, COAPS -> false;
        };
    }
}
