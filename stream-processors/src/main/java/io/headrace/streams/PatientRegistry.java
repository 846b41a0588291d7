package io.headrace.streams;

import io.headrace.registry.RegistryUnavailableException;
import io.headrace.registry.SchemaRegistry;
import java.time.Duration;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema registry that is waited for while it doesn't answer, so that its outage delays records and neither loses nor
 * dead-letters any. The wait is shorter than what makes Kafka take the partitions away from a thread.
 */
final class PatientRegistry implements SchemaRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(PatientRegistry.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final SchemaRegistry registry;
    private final Duration patience;

    /** One question to the registry. */
    private interface Question<T> {
        T ask();
    }

    PatientRegistry(SchemaRegistry registry, Duration patience) {
        this.registry = registry;
        this.patience = patience;
    }

    @Override
    public int register(String subject, Schema schema) {
        return patiently(() -> registry.register(subject, schema));
    }

    @Override
    public Schema schema(int id) {
        return patiently(() -> registry.schema(id));
    }

    private <T> T patiently(Question<T> question) {
        long deadline = System.nanoTime() + patience.toNanos();
        Duration wait = Duration.ofMillis(100);
        while (true) {
            try {
                return question.ask();
            } catch (RegistryUnavailableException unavailable) {
                if (System.nanoTime() + wait.toNanos() > deadline) {
                    throw unavailable;
                }
                LOG.warn("waiting for the schema registry: {}", unavailable.getMessage());
                pause(wait);
                Duration longer = wait.multipliedBy(2);
                wait = longer.compareTo(LONGEST_WAIT) < 0 ? longer : LONGEST_WAIT;
            }
        }
    }

    private static void pause(Duration wait) {
        try {
            Thread.sleep(wait);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
