package io.headrace.streams.route;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.TierMark;
import io.headrace.record.Reading;
import io.headrace.record.Tier;
import io.headrace.route.Destinations;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Marks readings with their tiers, enriches them, and copies them where routes say so. */
final class RouteProcessor extends ContextualFixedKeyProcessor<String, Reading, Object> {
    private static final Logger LOG = LoggerFactory.getLogger(RouteProcessor.class);

    private static final Header HOT = new RecordHeader(Headers.TIER_HOT, new byte[] {'1'});
    private static final Header WARM = new RecordHeader(Headers.TIER_WARM, new byte[] {'1'});
    private static final Header COLD = new RecordHeader(Headers.TIER_COLD, new byte[] {'1'});

    private final Routes routes;
    private final RoutedTopics topics;
    private final RouteMeters meters;
    private final String readings;
    private final String copies;
    private final Set<String> said = new HashSet<>();

    /**
     * @param readings node to forward marked readings to, by name: a filter would cost every reading
     * @param copies node to forward each {@link Copy} to
     */
    RouteProcessor(Routes routes, RoutedTopics topics, RouteMeters meters, String readings, String copies) {
        this.routes = routes;
        this.topics = topics;
        this.meters = meters;
        this.readings = readings;
        this.copies = copies;
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
        // the record and its headers are this node's own
        destinations.tiers().forEach((tier, keep) -> record.headers().add(mark(tier, keep)));
        context().forward(record, readings);
        for (String topic : destinations.topics()) {
            copy(record, topic);
        }
    }

    private void copy(FixedKeyRecord<String, Reading> marked, String topic) {
        if (topics.isReady(topic)) {
            meters.copy();
            context().forward(marked.withValue(new Copy(topic, marked.value())), copies);
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

    private static Header mark(Tier tier, int keep) {
        return keep == 0
                ? mark(tier)
                : new RecordHeader(
                        mark(tier).key(), TierMark.text(keep, unit(tier)).getBytes(StandardCharsets.UTF_8));
    }

    private static char unit(Tier tier) {
        return switch (tier) {
            case HOT -> 'm';
            case WARM -> 'd';
            case COLD -> 'y';
        };
    }

    private static Header mark(Tier tier) {
        return switch (tier) {
            case HOT -> HOT;
            case WARM -> WARM;
            case COLD -> COLD;
        };
    }
}
