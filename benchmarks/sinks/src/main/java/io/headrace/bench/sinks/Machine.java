package io.headrace.bench.sinks;

import io.headrace.bench.run.Jvm;
import io.headrace.bench.system.Broker;
import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.registry.RegistryClient;
import io.headrace.registry.RegistryConfig;
import io.headrace.topics.ClusterTopics;
import java.net.URI;
import java.nio.file.Path;

/**
 * What every part of the run stands on.
 *
 * @param root the project's folder
 * @param folder for what the run writes
 */
record Machine(Path root, Jvm jvm, Path folder, Broker broker, URI registry, Database database) {
    /** The topics of a hub, made. */
    Catalogue hub(String prefix) {
        Catalogue catalogue = new Catalogue(prefix, Sizing.STANDALONE);
        broker.ask(admin -> {
            ClusterTopics topics = new ClusterTopics(admin);
            topics.apply(topics.plan(catalogue));
        });
        return catalogue;
    }

    RegistryClient schemas() {
        return new RegistryClient(RegistryConfig.of(registry));
    }
}
