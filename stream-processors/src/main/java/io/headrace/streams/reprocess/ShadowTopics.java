package io.headrace.streams.reprocess;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Shadow;
import io.headrace.catalogue.Topic;
import io.headrace.config.ConfigException;
import io.headrace.streams.Processors;
import io.headrace.streams.ProcessorsConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The topics of one run beside those of the hub.
 *
 * @param live of the processors, writing where they always do
 * @param config of the run
 */
record ShadowTopics(ProcessorsConfig live, ProcessorsConfig config) {
    /** A live topic and its shadow, whose values are alike. */
    record Pair(Topic<?> live, Topic<?> shadow) {}

    /**
     * Plans a run.
     *
     * @param overridden topics that are read, and of which the run has its own
     * @param now by the wall clock: shadows are kept a day longer than the history is old
     * @throws ConfigException where a shadow's name is that of a live topic
     */
    static ShadowTopics of(Request request, List<Topic<?>> overridden, Instant now) {
        Set<String> names =
                request.config().catalogue().all().stream().map(Topic::name).collect(Collectors.toSet());
        Set<String> kept = new HashSet<>(names);
        kept.removeAll(Processors.written(request.config()));
        overridden.forEach(topic -> kept.remove(topic.name()));
        Duration keep = Duration.between(request.start(), now).plus(Duration.ofDays(1));
        Shadow shadow = new Shadow(request.suffix(), kept, keep);
        for (String name : names) {
            if (names.contains(shadow.nameOf(name))) {
                throw new ConfigException(
                        "--into " + request.suffix() + ": " + shadow.nameOf(name) + " is a live topic");
            }
        }
        return new ShadowTopics(request.config(), request.config().into(shadow));
    }

    /** What is there of an earlier run into this suffix, of its application's own topics, too. */
    Set<String> leftOvers(Set<String> there) {
        return leftOvers(live, suffix(), there);
    }

    /** @param there full names of the cluster's topics */
    static Set<String> leftOvers(ProcessorsConfig live, String suffix, Set<String> there) {
        Catalogue catalogue = live.catalogue();
        Set<String> names = catalogue.all().stream().map(Topic::name).collect(Collectors.toSet());
        String application =
                live.into(new Shadow(suffix, Set.of(), Duration.ofDays(1))).applicationId() + "-";
        Set<String> left = new TreeSet<>();
        for (String name : there) {
            boolean shadow = name.endsWith("." + suffix)
                    && isLive(catalogue, names, name.substring(0, name.length() - suffix.length() - 1));
            if ((shadow || name.startsWith(application)) && !names.contains(name)) {
                left.add(name);
            }
        }
        return left;
    }

    private static boolean isLive(Catalogue catalogue, Set<String> names, String name) {
        String routed = routedPrefix(catalogue);
        return names.contains(name)
                || (name.startsWith(routed) && Catalogue.isRouteName(name.substring(routed.length())));
    }

    private static String routedPrefix(Catalogue catalogue) {
        String any = catalogue.routed("x").name();
        return any.substring(0, any.length() - 1);
    }

    /** The topics that the run writes, but for those that routes name, beside their live ones. */
    List<Pair> written() {
        Set<String> written = Processors.written(config);
        return pairs().stream()
                .filter(pair -> written.contains(pair.shadow().name()))
                .toList();
    }

    /** A topic that the run has its own of, beside the live one. */
    Pair pair(Topic<?> live) {
        return pairs().stream()
                .filter(pair -> pair.live().name().equals(live.name()))
                .findFirst()
                .orElseThrow();
    }

    private List<Pair> pairs() {
        List<Topic<?>> all = live.catalogue().all();
        List<Topic<?>> shadows = config.catalogue().all();
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            pairs.add(new Pair(all.get(i), shadows.get(i)));
        }
        return pairs;
    }

    /** Topics that routes name, live or in the run. */
    List<Pair> routed(Set<String> there) {
        Catalogue catalogue = live.catalogue();
        String prefix = routedPrefix(catalogue);
        Set<String> routes = new TreeSet<>();
        for (String name : there) {
            if (name.startsWith(prefix)) {
                String end = "." + suffix();
                String route = name.endsWith(end) ? name.substring(0, name.length() - end.length()) : name;
                routes.add(route.substring(prefix.length()));
            }
        }
        return routes.stream()
                .filter(Catalogue::isRouteName)
                .map(route ->
                        new Pair(catalogue.routed(route), config.catalogue().routed(route)))
                .toList();
    }

    /** Makes the shadows, each with as many partitions as its live topic: then a device is on the same one in both. */
    void make(Cluster cluster, List<Pair> pairs) {
        Map<String, Integer> live = cluster.partitionCounts(
                pairs.stream().map(pair -> pair.live().name()).toList());
        Map<String, Integer> counts = new HashMap<>();
        pairs.forEach(pair -> Optional.ofNullable(live.get(pair.live().name()))
                .ifPresent(count -> counts.put(pair.shadow().name(), count)));
        cluster.make(pairs.stream().<Topic<?>>map(Pair::shadow).toList(), counts);
    }

    private String suffix() {
        return config.shadow().orElseThrow().suffix();
    }
}
