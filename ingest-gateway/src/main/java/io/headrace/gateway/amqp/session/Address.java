package io.headrace.gateway.amqp.session;

import io.headrace.gateway.amqp.codec.Condition;
import java.util.Optional;

/**
 * Where a link's messages go: {@code telemetry} or {@code telemetry/<channel>}, with or without a slash at its head.
 *
 * @param channel empty for none
 * @param refusal why nothing is taken there; empty where something is
 */
record Address(String channel, Optional<Condition> refusal) {
    private static final String TELEMETRY = "telemetry";
    private static final int LONGEST_CHANNEL = 256;

    static Address of(String text) {
        String path = text.startsWith("/") ? text.substring(1) : text;
        if (path.equals(TELEMETRY)) {
            return new Address("", Optional.empty());
        }
        if (path.startsWith(TELEMETRY + "/")) {
            String channel = path.substring(TELEMETRY.length() + 1);
            return isChannel(channel) ? new Address(channel, Optional.empty()) : refused(Condition.NOT_FOUND);
        }
        return refused(isReserved(path) ? Condition.UNAUTHORIZED_ACCESS : Condition.NOT_FOUND);
    }

    private static Address refused(Condition why) {
        return new Address("", Optional.of(why));
    }

    private static boolean isChannel(String channel) {
        return !channel.isEmpty()
                && channel.length() <= LONGEST_CHANNEL
                && channel.chars().noneMatch(Character::isISOControl);
    }

    /** Names of other dialects and of commands, where a device sends nothing. */
    private static boolean isReserved(String path) {
        return path.startsWith("$") || path.startsWith("devices/") || path.startsWith("commands/");
    }
}
