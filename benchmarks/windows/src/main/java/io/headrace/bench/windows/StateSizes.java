package io.headrace.bench.windows;

import io.headrace.bench.system.Broker;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What an application keeps, by its changelogs: the newest value of each key, as if they were compacted. */
final class StateSizes {
    private static final String CHANGELOG = "-changelog";

    private StateSizes() {}

    /**
     * One store.
     *
     * @param keys in it now
     * @param bytes of keys and values in it now
     * @param written bytes of keys and values that were written to the changelog, all told
     */
    record Size(long keys, long bytes, long written) {}

    /** By the name of the store. */
    static Map<String, Size> of(Broker broker, String application) {
        Set<String> topics = new TreeSet<>();
        broker.ask(admin -> admin.listTopics().names().get().stream()
                .filter(name -> name.startsWith(application + "-") && name.endsWith(CHANGELOG))
                .forEach(topics::add));
        Map<String, Size> sizes = new TreeMap<>();
        for (String topic : topics) {
            String store = topic.substring(application.length() + 1, topic.length() - CHANGELOG.length());
            sizes.put(store, size(broker, topic));
        }
        return sizes;
    }

    private static Size size(Broker broker, String topic) {
        Map<ByteBuffer, Integer> newest = new HashMap<>();
        long[] written = new long[1];
        broker.read(topic, record -> {
            ByteBuffer key = ByteBuffer.wrap(record.key());
            if (record.value() == null) {
                newest.remove(key);
                written[0] += record.key().length;
            } else {
                int size = record.key().length + record.value().length;
                newest.put(key, size);
                written[0] += size;
            }
        });
        long bytes = newest.values().stream().mapToLong(Integer::longValue).sum();
        return new Size(newest.size(), bytes, written[0]);
    }
}
