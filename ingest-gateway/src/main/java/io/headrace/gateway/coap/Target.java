package io.headrace.gateway.coap;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a request goes, and what its query says of it: {@code /v1/telemetry[/<channel>][?message-id=…]}. A plaintext
 * request names its device there too, since CoAP has no other place for credentials. Other parameters are ignored.
 *
 * @param channel several levels joined by {@code /}; empty for none
 * @param device as claimed; empty where not
 * @param password as sent; empty where not
 * @param messageId as the device gave it
 */
record Target(String channel, String device, String password, Optional<String> messageId) {
    private static final List<String> ROOT = List.of("v1", "telemetry");
    private static final int MAX_CHANNEL = 256;
    private static final int MAX_MESSAGE_ID = 128;
    private static final char NOT_UTF_8 = '\uFFFD';

    /** Not the password. */
    @Override
    public String toString() {
        return "Target[" + channel + ", " + device + ", " + messageId + "]";
    }

    /**
     * Empty where nothing is served there.
     *
     * @param path Uri-Path, option by option
     * @param query Uri-Query, option by option
     */
    static Optional<Target> parse(List<String> path, List<String> query) {
        if (path.size() < ROOT.size() || !path.subList(0, ROOT.size()).equals(ROOT)) {
            return Optional.empty();
        }
        boolean endsInSlash = path.size() == ROOT.size() + 1 && path.getLast().isEmpty();
        List<String> levels = endsInSlash ? List.of() : path.subList(ROOT.size(), path.size());
        String channel = String.join("/", levels);
        if (channel.length() > MAX_CHANNEL || !levels.stream().allMatch(Target::isLevel)) {
            return Optional.empty();
        }
        Map<String, String> said = parameters(query);
        return Optional.of(new Target(
                channel,
                said.getOrDefault("device", ""),
                said.getOrDefault("password", ""),
                Optional.ofNullable(said.get("message-id"))));
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

    /** Whether the message id, if there is one, can stand in a header. */
    boolean hasUsableId() {
        return messageId
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
