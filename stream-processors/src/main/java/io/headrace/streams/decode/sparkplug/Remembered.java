package io.headrace.streams.decode.sparkplug;

import io.headrace.streams.decode.Decoded.Memo;
import io.headrace.streams.decode.Memory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one sender's edge nodes, as a message of one of them sees it: under {@code n/<path>} the node's
 * numbers, under {@code b/<path>} what was born there, and under {@code i} all paths with the bytes of each, the oldest birth
 * first. Of one sender so many births of so many bytes are kept and no more.
 */
final class Remembered {
    /** Of edge nodes and devices: a bridge may bring those of a whole site. */
    static final int MAX_BIRTHS = 1_000;

    private static final int MAX_BYTES = 16 << 20;

    private static final String INDEX = "i";

    /** Layout 1: the version, then size and path of each birth, in lines. */
    private static final String VERSION = "1";

    private final Memory memory;
    private final SparkplugTopic topic;

    Remembered(Memory memory, SparkplugTopic topic) {
        this.memory = memory;
        this.topic = topic;
    }

    /** Null where it wasn't born. */
    @Nullable
    EdgeNode node() {
        byte[] stored = memory.find("n/" + topic.nodePath());
        return stored == null ? null : EdgeNode.ofStored(stored);
    }

    Memo node(EdgeNode node) {
        return new Memo("n/" + topic.nodePath(), node.stored());
    }

    /** What was announced where this message belongs; null for nothing. */
    @Nullable
    Births births() {
        return Births.ofStored(memory.find("b/" + topic.path()));
    }

    boolean hasBirthAfter(Instant time) {
        Births here = births();
        Births ofNode = Births.ofStored(memory.find("b/" + topic.nodePath()));
        return (here != null && here.isYoungerThan(time)) || (ofNode != null && ofNode.isYoungerThan(time));
    }

    /** Devices behind this message's edge node that were born. */
    List<String> devices() {
        String prefix = topic.nodePath() + "/";
        List<String> devices = new ArrayList<>();
        for (String path : index().keySet()) {
            if (path.startsWith(prefix)) {
                devices.add(path.substring(prefix.length()));
            }
        }
        return devices;
    }

    /** @param node whether it is the edge node's own birth: all devices behind it must be born anew, too (5.4) */
    List<Memo> born(byte[] births, boolean node) {
        List<Memo> memos = new ArrayList<>();
        SequencedMap<String, Integer> index = index();
        if (node) {
            String prefix = topic.nodePath() + "/";
            for (String path : List.copyOf(index.keySet())) {
                if (path.startsWith(prefix)) {
                    index.remove(path);
                    memos.add(new Memo("b/" + path, null));
                }
            }
        }
        index.remove(topic.path());
        index.put(topic.path(), births.length);
        int bytes = index.values().stream().mapToInt(Integer::intValue).sum();
        while (index.size() > MAX_BIRTHS || bytes > MAX_BYTES) {
            Map.Entry<String, Integer> oldest = index.pollFirstEntry();
            bytes -= oldest.getValue();
            memos.add(new Memo("b/" + oldest.getKey(), null));
            memos.add(new Memo("n/" + oldest.getKey(), null));
        }
        memos.add(new Memo(INDEX, stored(index)));
        memos.add(new Memo("b/" + topic.path(), births));
        return memos;
    }

    int missedBefore(Message message) {
        EdgeNode node = node();
        Integer sequence = message.sequence();
        return node == null || sequence == null ? 0 : node.missedBefore(sequence);
    }

    /** That this message came. */
    List<Memo> counted(Message message) {
        EdgeNode node = node();
        Integer sequence = message.sequence();
        return node == null || sequence == null ? List.of() : List.of(node(node.at(sequence)));
    }

    private SequencedMap<String, Integer> index() {
        SequencedMap<String, Integer> index = new LinkedHashMap<>();
        byte[] stored = memory.find(INDEX);
        if (stored == null) {
            return index;
        }
        String[] lines = new String(stored, StandardCharsets.UTF_8).split("\n", -1);
        if (!lines[0].equals(VERSION)) {
            throw new IllegalStateException(
                    "an index of births of version " + lines[0] + " where " + VERSION + " is known");
        }
        for (int i = 1; i < lines.length; i++) {
            int space = lines[i].indexOf(' ');
            index.put(lines[i].substring(space + 1), Integer.parseInt(lines[i].substring(0, space)));
        }
        return index;
    }

    private static byte[] stored(Map<String, Integer> index) {
        StringBuilder lines = new StringBuilder(VERSION);
        index.forEach(
                (path, size) -> lines.append('\n').append(size).append(' ').append(path));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }
}
