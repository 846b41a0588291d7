package io.headrace.gateway.coap;

import io.headrace.catalogue.CommandId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.californium.core.coap.CoAP.Code;

/**
 * Where a request goes, and what its query says of it: {@code /v1/telemetry[/<channel>][?message-id=…]}, {@code
 * /v1/commands[?after=…]} or {@code /v1/commands/<id>/result[?status=…]}. A plaintext request names its device there too,
 * since CoAP has no other place for credentials. Other parameters are ignored.
 *
 * @param query its parameters, the first of each name
 */
record Target(Resource resource, Map<String, String> query) {
    private static final List<String> TELEMETRY = List.of("v1", "telemetry");
    private static final List<String> COMMANDS = List.of("v1", "commands");
    private static final int RESULT_LEVELS = 4;
    private static final int MAX_CHANNEL = 256;
    private static final int MAX_MESSAGE_ID = 128;
    private static final char NOT_UTF_8 = '\uFFFD';

    /** What is asked for something. */
    sealed interface Resource {
        /** How it is asked. */
        Code method();
    }

    /**
     * Takes messages.
     *
     * @param channel several levels joined by {@code /}; empty for none
     */
    record Telemetry(String channel) implements Resource {
        @Override
        public Code method() {
            return Code.POST;
        }
    }

    /** Has what waits for a device. */
    enum Commands implements Resource {
        INSTANCE;

        @Override
        public Code method() {
            return Code.GET;
        }
    }

    /** Takes what a device answers to a command. */
    record Result(String commandId) implements Resource {
        @Override
        public Code method() {
            return Code.POST;
        }
    }

    /** Not the password. */
    @Override
    public String toString() {
        return "Target[" + resource + ", " + device() + "]";
    }

    /**
     * Empty where nothing is served there.
     *
     * @param path Uri-Path, option by option
     * @param query Uri-Query, option by option
     */
    static Optional<Target> parse(List<String> path, List<String> query) {
        return resource(path).map(resource -> new Target(resource, parameters(query)));
    }

    private static Optional<Resource> resource(List<String> path) {
        if (isUnder(TELEMETRY, path)) {
            return telemetry(path).map(channel -> channel);
        }
        if (path.equals(COMMANDS)) {
            return Optional.of(Commands.INSTANCE);
        }
        boolean isResult = isUnder(COMMANDS, path)
                && path.size() == RESULT_LEVELS
                && path.getLast().equals("result")
                && CommandId.isValid(path.get(COMMANDS.size()));
        return isResult ? Optional.of(new Result(path.get(COMMANDS.size()))) : Optional.empty();
    }

    private static boolean isUnder(List<String> root, List<String> path) {
        return path.size() >= root.size() && path.subList(0, root.size()).equals(root);
    }

    private static Optional<Telemetry> telemetry(List<String> path) {
        boolean endsInSlash =
                path.size() == TELEMETRY.size() + 1 && path.getLast().isEmpty();
        List<String> levels = endsInSlash ? List.of() : path.subList(TELEMETRY.size(), path.size());
        String channel = String.join("/", levels);
        return channel.length() <= MAX_CHANNEL && levels.stream().allMatch(Target::isLevel)
                ? Optional.of(new Telemetry(channel))
                : Optional.empty();
    }

    private static Map<String, String> parameters(List<String> query) {
        Map<String, String> said = new HashMap<>();
        for (String parameter : query) {
            int equals = parameter.indexOf('=');
            if (equals > 0) {
                said.putIfAbsent(parameter.substring(0, equals), parameter.substring(equals + 1));
            }
        }
        return said;
    }

    /** As claimed; empty where not. */
    String device() {
        return query.getOrDefault("device", "");
    }

    /** As sent; empty where not. */
    String password() {
        return query.getOrDefault("password", "");
    }

    /** As the device gave it. */
    Optional<String> messageId() {
        return Optional.ofNullable(query.get("message-id"));
    }

    /** Id of the last command that the device has; empty for none. */
    String after() {
        return query.getOrDefault("after", "");
    }

    /** How a command went, where the body isn't to say so; empty where it is. */
    String status() {
        return query.getOrDefault("status", "");
    }

    /** Whether the message id, if there is one, can stand in a header. */
    boolean hasUsableId() {
        return messageId()
                .map(id -> !id.isEmpty()
                        && id.length() <= MAX_MESSAGE_ID
                        && id.chars().noneMatch(c -> Character.isISOControl(c) || c == NOT_UTF_8))
                .orElse(true);
    }

    private static boolean isLevel(String level) {
        return !level.isEmpty()
                && !level.equals(".")
                && !level.equals("..")
                && level.chars()
                        .noneMatch(
                                c -> Character.isISOControl(c) || c == '/' || c == '+' || c == '#' || c == NOT_UTF_8);
    }
}
