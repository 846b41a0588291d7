package io.headrace.control.replay;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.control.http.Problem;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way back of the letters of one topic: to a topic of its own that only who refused them reads, so that nobody else
 * gets anything twice.
 *
 * @param letters full name of the dead-letter topic
 * @param back full name of the topic that they are written to
 * @param source full name of the topic whose partitions they go back to
 * @param ofSink whether a sink refused them: what it will make of them can't be asked
 */
record Lane(String letters, String back, String source, boolean ofSink) {
    private static final Pattern WEBHOOK = Pattern.compile("sink\\.webhook-([A-Za-z0-9_-]{1,64})\\.dlq");

    /**
     * Of a dead-letter topic.
     *
     * @param topic without the hub's prefix
     * @throws Problem (400) where its letters can't be replayed
     */
    static Lane of(Catalogue catalogue, String prefix, String topic) {
        TreeMap<String, Lane> lanes = new TreeMap<>();
        String raw = catalogue.raw().name();
        add(
                lanes,
                prefix,
                new Lane(
                        catalogue.deadLetters(catalogue.raw()).name(),
                        catalogue.replay().name(),
                        raw,
                        false));
        for (String sink : new String[] {"warm", "cold"}) {
            Topic<byte[]> letters = catalogue.sinkDeadLetters(sink);
            Topic<byte[]> back = catalogue.sinkReplay(sink);
            add(
                    lanes,
                    prefix,
                    new Lane(letters.name(), back.name(), catalogue.readings().name(), true));
        }
        add(
                lanes,
                prefix,
                new Lane(
                        catalogue.sinkDeadLetters("email").name(),
                        catalogue.sinkReplay("email").name(),
                        catalogue.notifications().name(),
                        true));
        return webhook(catalogue, topic)
                .or(() -> Optional.ofNullable(lanes.get(topic)))
                .orElseThrow(() -> Problem.badRequest("topic must be one of " + lanes.keySet()
                        + " or sink.webhook-<name>.dlq; what others refuse, they would refuse again"));
    }

    /** Of any webhook: which there are, the worker knows. */
    private static Optional<Lane> webhook(Catalogue catalogue, String topic) {
        Matcher name = WEBHOOK.matcher(topic);
        if (!name.matches()) {
            return Optional.empty();
        }
        String sink = "webhook-" + name.group(1);
        return Optional.of(new Lane(
                catalogue.sinkDeadLetters(sink).name(),
                catalogue.sinkReplay(sink).name(),
                catalogue.alerts().name(),
                true));
    }

    private static void add(TreeMap<String, Lane> lanes, String prefix, Lane lane) {
        lanes.put(lane.letters.substring(prefix.length()), lane);
    }

    Optional<Place> placeOf(org.apache.kafka.common.header.Headers headers) {
        return ofSink ? Place.ofRefused(headers) : Place.ofMessage(headers);
    }
}
