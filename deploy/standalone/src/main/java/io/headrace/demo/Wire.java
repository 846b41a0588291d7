package io.headrace.demo;

/** How a device talks. */
enum Wire {
    MQTT_5("MQTT 5"),
    MQTT_5_TLS("MQTT 5 over TLS"),
    MQTT_311("MQTT 3.1.1"),
    MQTT_311_TLS("MQTT 3.1.1 over TLS"),
    HTTP("HTTP"),
    HTTPS("HTTPS");

    private final String words;

    Wire(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    boolean isTls() {
        return this == MQTT_5_TLS || this == MQTT_311_TLS || this == HTTPS;
    }
}
