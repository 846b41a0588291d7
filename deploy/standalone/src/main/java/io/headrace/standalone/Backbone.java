package io.headrace.standalone;

import io.headrace.embedded.EmbeddedKafka;
import io.headrace.embedded.EmbeddedPostgres;
import io.headrace.embedded.EmbeddedRegistry;
import io.headrace.embedded.FreePort;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The servers that the roles stand on, started side by side.
 *
 * @param kafka in this JVM
 * @param registry child process
 * @param postgres child process
 */
record Backbone(EmbeddedKafka kafka, EmbeddedRegistry registry, EmbeddedPostgres postgres) implements AutoCloseable {
    /** @throws io.headrace.embedded.NotStartedException where one doesn't come up; the others are stopped again */
    static Backbone start(StandaloneConfig config, DataFolder data) {
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            CompletableFuture<EmbeddedKafka> kafka = CompletableFuture.supplyAsync(
                    () -> EmbeddedKafka.start(
                            data.kafka(), config.kafka().getPort(), FreePort.next(), config.brokerSettings()),
                    threads);
            CompletableFuture<EmbeddedRegistry> registry = CompletableFuture.supplyAsync(
                    () -> EmbeddedRegistry.start(
                            data.registry(), config.registry().getPort()),
                    threads);
            CompletableFuture<EmbeddedPostgres> postgres = CompletableFuture.supplyAsync(
                    () -> EmbeddedPostgres.start(
                            data.postgres(), config.postgres().getPort()),
                    threads);
            try {
                return new Backbone(joined(kafka), joined(registry), joined(postgres));
            } catch (RuntimeException e) {
                CompletableFuture.allOf(
                                kafka.thenAccept(EmbeddedKafka::close),
                                registry.thenAccept(EmbeddedRegistry::close),
                                postgres.thenAccept(EmbeddedPostgres::close))
                        .exceptionally(alreadyThrown -> null)
                        .join();
                throw e;
            }
        }
    }

    private static <T> T joined(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public void close() {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            CompletableFuture<Void> children = CompletableFuture.allOf(
                    CompletableFuture.runAsync(registry::close, threads),
                    CompletableFuture.runAsync(postgres::close, threads));
            kafka.close();
            children.join();
        }
    }
}
