package io.headrace.streams.decode.sparkplug;

import io.headrace.streams.decode.Decoded.Memo;
import io.headrace.streams.decode.Memory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one sender's edge nodes, as a message of one of them sees it: under {@code n/<path>} the node's
 * numbers, under {@code b/<path>} what was born there, and under {@code i} all paths, the oldest birth first. Of one sender
 * so many births are kept and no more.
 */
final class Remembered {
    /** Of edge nodes and devices: a bridge may bring those of a whole site. */
    static final int MAX_BIRTHS = 1_000;

    private static final String INDEX = "i";

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
        for (String path : index()) {
            if (path.startsWith(prefix)) {
                devices.add(path.substring(prefix.length()));
            }
        }
        return devices;
    }

    /** @param node whether it is the edge node's own birth: all devices behind it must be born anew, too (5.4) */
    List<Memo> born(byte[] births, boolean node) {
        List<Memo> memos = new ArrayList<>();
        List<String> index = index();
        if (node) {
            String prefix = topic.nodePath() + "/";
            index.removeIf(path -> {
                boolean behind = path.startsWith(prefix);
                if (behind) {
                    memos.add(new Memo("b/" + path, null));
                }
                return behind;
            });
        }
        index.remove(topic.path());
        index.add(topic.path());
        while (index.size() > MAX_BIRTHS) {
            String oldest = index.removeFirst();
            memos.add(new Memo("b/" + oldest, null));
            memos.add(new Memo("n/" + oldest, null));
        }
        memos.add(new Memo(INDEX, String.join("\n", index).getBytes(StandardCharsets.UTF_8)));
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

    private List<String> index() {
        byte[] stored = memory.find(INDEX);
        List<String> paths = new ArrayList<>();
        if (stored != null) {
            paths.addAll(List.of(new String(stored, StandardCharsets.UTF_8).split("\n", -1)));
        }
        return paths;
    }
}
