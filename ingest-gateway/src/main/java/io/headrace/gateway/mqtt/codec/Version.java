package io.headrace.gateway.mqtt.codec;

/** Protocol version of a connection, chosen by its CONNECT packet. */
public enum Version {
    /** Protocol level 4. */
    V3_1_1,
    /** Protocol level 5. */
    V5
}
