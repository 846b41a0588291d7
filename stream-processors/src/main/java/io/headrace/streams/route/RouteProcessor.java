package io.headrace.streams.route;

import io.headrace.catalogue.Headers;
import io.headrace.record.Reading;
import io.headrace.record.Tier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Marks readings with their tiers, enriches them, and copies them where routes say so. */
final class RouteProcessor extends ContextualFixedKeyProcessor<String, Reading, Routed> {
    private static final Logger LOG = LoggerFactory.getLogger(RouteProcessor.class);

    private final Routes routes;
    private final RoutedTopics topics;
    private final RouteMeters meters;
    private final Set<String> said = new HashSet<>();

    RouteProcessor(Routes routes, RoutedTopics topics, RouteMeters meters) {
        this.routes = routes;
        this.topics = topics;
        this.meters = meters;
    }

    @Override
    public void process(FixedKeyRecord<String, Reading> record) {
        Reading reading = record.value();
        Destinations destinations = routes.book().decide(reading);
        destinations.failed().forEach(this::failed);
        if (destinations.tiers().isEmpty()) {
            meters.unmarked();
        }
        if (!destinations.addedTags().isEmpty()) {
            Map<String, String> tags = new HashMap<>(reading.getTags());
            tags.putAll(destinations.addedTags());
            reading.setTags(tags);
        }
        FixedKeyRecord<String, Reading> marked = record.withHeaders(marks(record, destinations));
        context().forward(marked.withValue(new Routed.Marked(reading)));
        for (String topic : destinations.topics()) {
            copy(marked, topic);
        }
    }

    private void copy(FixedKeyRecord<String, Reading> marked, String topic) {
        if (topics.isReady(topic)) {
            meters.copy();
            context().forward(marked.withValue(new Routed.Copy(topic, marked.value())));
        } else {
            meters.copySkipped();
            if (said.add("topic " + topic)) {
                LOG.warn("the topic {} isn't there, readings go without their copy in it", topic);
            }
        }
    }

    private void failed(String route) {
        meters.failed();
        if (said.add("route " + route)) {
            LOG.warn("the condition of route {} fails for some readings, which it is passed over for", route);
        }
    }

    private static org.apache.kafka.common.header.Headers marks(
            FixedKeyRecord<String, Reading> record, Destinations destinations) {
        var headers = new RecordHeaders(record.headers().toArray());
        for (Tier tier : destinations.tiers()) {
            Headers.set(headers, header(tier), "1");
        }
        return headers;
    }

    private static String header(Tier tier) {
        return switch (tier) {
            case HOT -> Headers.TIER_HOT;
            case WARM -> Headers.TIER_WARM;
            case COLD -> Headers.TIER_COLD;
        };
    }
}
