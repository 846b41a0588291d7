package io.headrace.streams.decode.sparkplug;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.Text;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a message belongs: {@code spBv1.0/<group>/<type>/<edge node>[/<device>]} (Sparkplug 3.0, 4.1).
 *
 * @param device behind the edge node; empty where the message is of the node itself
 */
public record SparkplugTopic(Type type, String group, String node, String device) {
    private static final String NAMESPACE = "spBv1.0/";
    private static final int MAX_ID = 128;
    private static final int OF_NODE = 4;
    private static final int OF_DEVICE = 5;

    /** Kinds of messages that edge nodes send; commands and host states are sent to them. */
    enum Type {
        NBIRTH,
        DBIRTH,
        NDATA,
        DDATA,
        NDEATH,
        DDEATH;

        boolean isOfDevice() {
            return this == DBIRTH || this == DDATA || this == DDEATH;
        }
    }

    /** Whether a topic is in Sparkplug's namespace. */
    public static boolean isOne(String topic) {
        return topic.startsWith(NAMESPACE);
    }

    static SparkplugTopic parse(String topic) throws Rejection {
        String[] levels = topic.split("/", -1);
        Type type = isOne(topic) && levels.length >= OF_NODE ? find(levels[2]) : null;
        if (type == null || levels.length != (type.isOfDevice() ? OF_DEVICE : OF_NODE)) {
            throw new Rejection(Reason.UNEXPECTED_SHAPE, "no topic of an edge node's message: " + Text.shown(topic));
        }
        for (String id : levels) {
            if (id.isEmpty() || id.length() > MAX_ID || id.chars().anyMatch(c -> c < ' ')) {
                throw new Rejection(
                        Reason.UNEXPECTED_SHAPE, "ids in a topic have 1 to " + MAX_ID + " printable characters");
            }
        }
        return new SparkplugTopic(type, levels[1], levels[3], type.isOfDevice() ? levels[4] : "");
    }

    /** Of the edge node, in all that is remembered. */
    String nodePath() {
        return group + "/" + node;
    }

    /** Of the edge node or of the device behind it, in all that is remembered. */
    String path() {
        return device.isEmpty() ? nodePath() : nodePath() + "/" + device;
    }

    /**
     * What stands before each metric's name. The edge node isn't in it where it is the sender itself; a client that
     * brings the messages of others has all of their path.
     */
    String prefix(String sender) {
        String ofNode = sender.equals(node) ? "" : nodePath() + "/";
        return device.isEmpty() ? ofNode : ofNode + device + "/";
    }

    private static @Nullable Type find(String name) {
        return Arrays.stream(Type.values())
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
