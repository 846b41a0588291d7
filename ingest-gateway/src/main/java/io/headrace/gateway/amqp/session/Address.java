package io.headrace.gateway.amqp.session;

import io.headrace.gateway.amqp.codec.Condition;
import io.headrace.gateway.amqp.message.CommandMessage;
import java.util.Optional;

/**
 * Where a link's messages go: {@code telemetry}, {@code telemetry/<channel>} or {@code commands/results}, with or without
 * a slash at its head; or where they come from, {@code commands}.
 *
 * @param channel of telemetry; empty for none
 * @param isForAnswers whether what goes there answers commands
 * @param refusal why there is nothing; empty where there is something
 */
record Address(String channel, boolean isForAnswers, Optional<Condition> refusal) {
    private static final String TELEMETRY = "telemetry";
    private static final String COMMANDS = "commands";
    private static final int LONGEST_CHANNEL = 256;
    private static final Address THERE = new Address("", false, Optional.empty());

    /** Where a device sends to. */
    static Address target(String text) {
        String path = path(text);
        if (path.equals(TELEMETRY)) {
            return THERE;
        }
        if (path.equals(CommandMessage.REPLY_TO)) {
            return new Address("", true, Optional.empty());
        }
        if (path.startsWith(TELEMETRY + "/")) {
            String channel = path.substring(TELEMETRY.length() + 1);
            return isChannel(channel) ? new Address(channel, false, Optional.empty()) : refused(Condition.NOT_FOUND);
        }
        return refused(path);
    }

    /** Where a device receives from. */
    static Address source(String text) {
        String path = path(text);
        return path.equals(COMMANDS) ? THERE : refused(path);
    }

    private static String path(String text) {
        return text.startsWith("/") ? text.substring(1) : text;
    }

    private static Address refused(String path) {
        return refused(isReserved(path) ? Condition.UNAUTHORIZED_ACCESS : Condition.NOT_FOUND);
    }

    private static Address refused(Condition why) {
        return new Address("", false, Optional.of(why));
    }

    private static boolean isChannel(String channel) {
        return !channel.isEmpty()
                && channel.length() <= LONGEST_CHANNEL
                && channel.chars().noneMatch(Character::isISOControl);
    }

    /** Names of other dialects, and of others' commands. */
    private static boolean isReserved(String path) {
        return path.startsWith("$") || path.startsWith("devices/") || path.startsWith(COMMANDS + "/");
    }
}
