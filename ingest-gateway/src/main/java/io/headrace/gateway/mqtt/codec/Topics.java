package io.headrace.gateway.mqtt.codec;

/** What topic names and topic filters may look like (section 4.7 of both standards). */
final class Topics {
    private static final String SHARED = "$share/";

    private Topics() {}

    /** [MQTT-3.3.2-2, MQTT-4.7.3-1]; NUL is refused with every string. */
    static void requireName(String topic, String what) throws Violation {
        if (topic.isEmpty()) {
            throw Violation.protocol(what + " is empty");
        }
        if (topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0) {
            throw Violation.of(ReasonCode.TOPIC_NAME_INVALID, what + " has a wildcard in it");
        }
    }

    /** [MQTT-4.7.1-1, -2; MQTT-4.7.3-1]: wildcards take a whole level, {@code #} the last one. */
    static void requireFilter(String filter) throws Violation {
        if (filter.isEmpty()) {
            throw Violation.malformed("topic filter is empty");
        }
        int last = filter.length() - 1;
        for (int i = 0; i <= last; i++) {
            char c = filter.charAt(i);
            boolean wildcard = c == '+' || c == '#';
            boolean alone = (i == 0 || filter.charAt(i - 1) == '/') && (i == last || filter.charAt(i + 1) == '/');
            if (wildcard && (!alone || (c == '#' && i != last))) {
                throw Violation.malformed("a wildcard in a topic filter must be a level of its own, # the last");
            }
        }
    }

    static boolean isShared(String filter) {
        return filter.startsWith(SHARED);
    }

    /** {@code $share/<name>/<filter>} of MQTT 5 [MQTT-4.8.2-1, -2]. */
    static void requireSharedFilter(String filter) throws Violation {
        int slash = filter.indexOf('/', SHARED.length());
        String name = slash < 0 ? "" : filter.substring(SHARED.length(), slash);
        boolean bad = name.isEmpty() || name.indexOf('+') >= 0 || name.indexOf('#') >= 0;
        if (bad || slash == filter.length() - 1) {
            throw Violation.malformed("shared subscription without a share name, or without a filter");
        }
    }
}
