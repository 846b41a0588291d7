package io.headrace.streams.mapping;

/** An MQTT topic filter (MQTT 5, 4.7.1): {@code +} stands for one level, {@code #} at the end for all that follow. */
final class TopicFilter {
    private final String[] levels;

    private TopicFilter(String[] levels) {
        this.levels = levels;
    }

    static TopicFilter of(String filter) {
        return new TopicFilter(filter.split("/", -1));
    }

    boolean matches(String topic) {
        int from = 0;
        for (int i = 0; i < levels.length; i++) {
            if (levels[i].equals("#")) {
                return true;
            }
            if (from > topic.length()) {
                return false;
            }
            int slash = topic.indexOf('/', from);
            int to = slash < 0 ? topic.length() : slash;
            boolean same =
                    levels[i].equals("+") || (levels[i].length() == to - from && topic.startsWith(levels[i], from));
            if (!same) {
                return false;
            }
            from = to + 1;
        }
        return from > topic.length();
    }
}
