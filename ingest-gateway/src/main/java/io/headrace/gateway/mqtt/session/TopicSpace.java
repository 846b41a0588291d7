package io.headrace.gateway.mqtt.session;

import io.headrace.catalogue.DeviceId;

/** What the topics of a device's native dialect mean. */
final class TopicSpace {
    private static final String TELEMETRY = "telemetry";
    private static final String CHANNELS = TELEMETRY + "/";
    private static final String COMMANDS = "commands/";

    private TopicSpace() {}

    /** Topics that no device publishes to. */
    static boolean isReserved(String topic) {
        return topic.startsWith("$") || topic.startsWith("devices/") || topic.startsWith(COMMANDS);
    }

    static boolean isTelemetry(String topic) {
        return topic.equals(TELEMETRY);
    }

    /** Whether it is {@code telemetry/<channel>}. */
    static boolean isChannel(String topic) {
        return topic.length() > CHANNELS.length() && topic.startsWith(CHANNELS);
    }

    static String channel(String topic) {
        return topic.substring(CHANNELS.length());
    }

    /** A device listens to its own commands only: {@code commands/<its id>} and below. */
    static boolean mayListen(String filter, DeviceId device) {
        String own = COMMANDS + device.value();
        return filter.startsWith(own) && (filter.length() == own.length() || filter.charAt(own.length()) == '/');
    }
}
