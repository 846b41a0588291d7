package io.headrace.gateway.mqtt.codec;

/** Protocol version of a connection, chosen by its CONNECT packet. */
public enum Version {
    /** Protocol level 4. */
    V3_1_1("mqtt/3.1.1"),
    /** Protocol level 5. */
    V5("mqtt/5");

    private final String protocol;

    Version(String protocol) {
        this.protocol = protocol;
    }

    /** As in {@code hr-protocol}. */
    public String protocol() {
        return protocol;
    }
}
