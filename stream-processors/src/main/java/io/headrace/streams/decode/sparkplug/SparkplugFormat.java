package io.headrace.streams.decode.sparkplug;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Content;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Format;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.Sender;
import io.headrace.streams.decode.sparkplug.Collected.When;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sparkplug B 3.0: births, data and deaths of edge nodes and of the devices behind them. Births are remembered, so that
 * data may name its metrics by alias and leave out their datatypes; data that no birth explains is refused as
 * {@code BEFORE_BIRTH}, for a replay after a rebirth. Births and deaths set the value {@value #ONLINE}; messages that are
 * missing by the sequence numbers are counted, and said in the tag {@value #MISSED} of the next.
 */
public final class SparkplugFormat implements Format {
    static final String ONLINE = "sparkplug.online";
    static final String MISSED = "sparkplug.missed";

    private final Limits limits;

    public SparkplugFormat(Limits limits) {
        this.limits = limits;
    }

    @Override
    public Decoded.Samples read(Content content) throws Rejection {
        String name = content.sender()
                .topic()
                .orElseThrow(
                        () -> new Rejection(Reason.UNEXPECTED_SHAPE, "Sparkplug without a topic that says of what"));
        SparkplugTopic topic = SparkplugTopic.parse(name);
        Message message = new SparkplugReader(content.bytes(), limits).read();
        Remembered remembered = new Remembered(content.sender().memory(), topic);
        return switch (topic.type()) {
            case NBIRTH, DBIRTH -> birth(content, topic, message, remembered);
            case NDATA, DDATA -> data(content.sender(), topic, message, remembered);
            case NDEATH -> nodeDeath(content.sender(), topic, message, remembered);
            case DDEATH -> deviceDeath(content.sender(), topic, message, remembered);
        };
    }

    private Decoded.Samples birth(Content content, SparkplugTopic topic, Message message, Remembered remembered)
            throws Rejection {
        Sender sender = content.sender();
        byte[] births = Births.stored(message, content.receivedAt(), limits.nameLength());
        Collected collected = new Collected(limits, message.sequence());
        String prefix = topic.prefix(sender.device());
        collected.add(new When(message.timestamp(), false), prefix + ONLINE, true);
        Values values = new Values(collected, prefix, null);
        for (Metric metric : message.metrics()) {
            values.add(metric, message.timestamp(), false);
        }
        boolean node = topic.type() == SparkplugTopic.Type.NBIRTH;
        List<Decoded.Memo> memos = new ArrayList<>();
        // a birth that is replayed explains what it can, and nothing that a later one has explained otherwise
        if (!sender.replay() || !remembered.hasBirthAfter(content.receivedAt())) {
            memos.addAll(remembered.born(births, node));
        }
        int missed = node || sender.replay() ? 0 : remembered.missedBefore(message);
        if (node && !sender.replay()) {
            memos.add(remembered.node(new EdgeNode(message.birthDeathSequence(), sequence(message))));
        } else if (!sender.replay()) {
            memos.addAll(remembered.counted(message));
        }
        return new Decoded.Samples(collected.samples(tags(missed)), memos, missed);
    }

    private Decoded.Samples data(Sender sender, SparkplugTopic topic, Message message, Remembered remembered)
            throws Rejection {
        Collected collected = new Collected(limits, message.sequence());
        Values values = new Values(collected, topic.prefix(sender.device()), remembered.births());
        for (Metric metric : message.metrics()) {
            values.add(metric, message.timestamp(), true);
        }
        return counted(sender, message, remembered, collected);
    }

    private Decoded.Samples deviceDeath(Sender sender, SparkplugTopic topic, Message message, Remembered remembered)
            throws Rejection {
        Collected collected = new Collected(limits, message.sequence());
        collected.add(new When(message.timestamp(), false), topic.prefix(sender.device()) + ONLINE, false);
        return counted(sender, message, remembered, collected);
    }

    /**
     * The will of a connection, written when that began: it is of now, whatever time it gives. One of an earlier connection
     * than the node was born in says nothing of this one (6.4.21 and 5.3).
     */
    private Decoded.Samples nodeDeath(Sender sender, SparkplugTopic topic, Message message, Remembered remembered)
            throws Rejection {
        When now = new When(null, false);
        String prefix = topic.prefix(sender.device());
        Collected collected = new Collected(limits, null);
        long connection = message.birthDeathSequence();
        if (connection >= 0) {
            collected.add(now, prefix + "bdSeq", connection);
        }
        EdgeNode node = remembered.node();
        boolean ofNow = node == null
                || connection < 0
                || node.birthDeathSequence() < 0
                || node.birthDeathSequence() == connection;
        if (ofNow) {
            collected.add(now, prefix + ONLINE, false);
            for (String device : remembered.devices()) {
                collected.add(now, prefix + device + "/" + ONLINE, false);
            }
        }
        List<Decoded.Memo> memos =
                ofNow && node != null && !sender.replay() ? List.of(remembered.node(node.at(-1))) : List.of();
        return new Decoded.Samples(collected.samples(Map.of()), memos, 0);
    }

    private static Decoded.Samples counted(Sender sender, Message message, Remembered remembered, Collected collected)
            throws Rejection {
        if (sender.replay()) {
            return Decoded.Samples.of(collected.samples(Map.of()));
        }
        int missed = remembered.missedBefore(message);
        return new Decoded.Samples(collected.samples(tags(missed)), remembered.counted(message), missed);
    }

    private static Map<String, String> tags(int missed) {
        return missed == 0 ? Map.of() : Map.of(MISSED, Integer.toString(missed));
    }

    private static int sequence(Message message) {
        @Nullable Integer sequence = message.sequence();
        return sequence == null ? -1 : sequence;
    }
}
