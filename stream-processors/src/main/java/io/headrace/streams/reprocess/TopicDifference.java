package io.headrace.streams.reprocess;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How what the run wrote into one topic's shadow differs from the topic.
 *
 * @param topic full name of the live one
 * @param shadow full name
 * @param same findings that are in both, alike
 * @param added in the shadow alone
 * @param removed in the live topic alone
 * @param changed in both, not alike
 * @param edge differ, but may do so for what the run couldn't see: they hang on readings from before it, or the live
 *     application may not be through with them
 * @param fields by name, of how many changed ones it differs
 * @param examples the first of each way to differ
 * @param why it couldn't be compared; null where it was
 */
public record TopicDifference(
        String topic,
        String shadow,
        long same,
        long added,
        long removed,
        long changed,
        long edge,
        Map<String, Long> fields,
        List<Example> examples,
        @Nullable String why) {

    /** Of each way to differ. */
    private static final int EXAMPLES = 5;

    /** In which way something differs. */
    public enum Way {
        ADDED,
        REMOVED,
        CHANGED
    }

    /**
     * One thing that differs.
     *
     * @param identity what it is, in words
     * @param live its fields as they are, those that differ; all of what is removed, none of what is added
     * @param shadow its fields as they came out
     */
    public record Example(Way way, String identity, Map<String, String> live, Map<String, String> shadow) {}

    /** Whether nothing differs that could be compared, and all could. */
    public boolean isSame() {
        return added + removed + changed == 0 && why == null;
    }

    static TopicDifference impossible(String topic, String shadow, String why) {
        return new TopicDifference(topic, shadow, 0, 0, 0, 0, 0, Map.of(), List.of(), why);
    }

    /** Counts one topic's differences, in memory of a few of them. Owned by one thread. */
    static final class Tally {
        private final Map<String, Long> fields = new TreeMap<>();
        private final List<Example> examples = new ArrayList<>();
        private final Map<Way, Long> ways = new EnumMap<>(Way.class);
        private long same;
        private long edge;

        void same() {
            same++;
        }

        void edge() {
            edge++;
        }

        void added(Finding shadow) {
            add(new Example(Way.ADDED, shadow.identity(), Map.of(), shadow.fields()));
        }

        void removed(Finding live) {
            add(new Example(Way.REMOVED, live.identity(), live.fields(), Map.of()));
        }

        void changed(Finding live, Finding shadow) {
            Map<String, String> was = new TreeMap<>(live.fields());
            Map<String, String> is = new TreeMap<>(shadow.fields());
            was.entrySet().removeAll(shadow.fields().entrySet());
            is.entrySet().removeAll(live.fields().entrySet());
            TreeSet<String> names = new TreeSet<>(was.keySet());
            names.addAll(is.keySet());
            names.forEach(name -> fields.merge(name, 1L, Long::sum));
            add(new Example(Way.CHANGED, live.identity(), was, is));
        }

        private void add(Example example) {
            if (ways.merge(example.way(), 1L, Long::sum) <= EXAMPLES) {
                examples.add(example);
            }
        }

        TopicDifference result(String topic, String shadow) {
            return new TopicDifference(
                    topic,
                    shadow,
                    same,
                    ways.getOrDefault(Way.ADDED, 0L),
                    ways.getOrDefault(Way.REMOVED, 0L),
                    ways.getOrDefault(Way.CHANGED, 0L),
                    edge,
                    Map.copyOf(fields),
                    List.copyOf(examples),
                    null);
        }
    }
}
