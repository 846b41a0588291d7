package io.headrace.gateway.mqtt.session;

import io.headrace.catalogue.DeviceId;
import org.jspecify.annotations.Nullable;

/** What the topics of a device's native dialect mean. */
final class TopicSpace {
    private static final String TELEMETRY = "telemetry";
    private static final String CHANNELS = TELEMETRY + "/";
    private static final String COMMANDS = "commands/";
    private static final String ALL_COMMANDS = "commands/#";
    private static final String EACH_COMMAND = "commands/+";
    private static final String RESULT = "/result";

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

    /** The id in {@code commands/<id>/result}, where a device answers; null where the topic is none of these. */
    static @Nullable String answered(String topic) {
        int end = topic.length() - RESULT.length();
        boolean isAnswer = topic.startsWith(COMMANDS) && end > COMMANDS.length() && topic.endsWith(RESULT);
        return isAnswer && topic.indexOf('/', COMMANDS.length()) == end
                ? topic.substring(COMMANDS.length(), end)
                : null;
    }

    static String command(String id) {
        return COMMANDS + id;
    }

    static String answer(String id) {
        return COMMANDS + id + RESULT;
    }

    /** Whether a filter takes in all commands of whoever subscribes, which are its own. */
    static boolean isForCommands(String filter) {
        return filter.equals(ALL_COMMANDS) || filter.equals(EACH_COMMAND);
    }

    /**
     * A device listens to its own commands only: {@code commands/#} and {@code commands/+}, which are its own whoever it
     * is, {@code commands/<its id>} and below.
     */
    static boolean mayListen(String filter, DeviceId device) {
        if (isForCommands(filter)) {
            return true;
        }
        String own = COMMANDS + device.value();
        return filter.startsWith(own) && (filter.length() == own.length() || filter.charAt(own.length()) == '/');
    }
}
