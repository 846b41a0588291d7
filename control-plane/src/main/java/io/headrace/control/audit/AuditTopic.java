package io.headrace.control.audit;

import io.headrace.catalogue.Topic;
import io.headrace.control.access.Caller;
import io.headrace.control.http.Json;
import io.headrace.control.http.UnavailableException;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.record.AuditEntry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** {@link Audit} into {@code control.audit}, keyed by the caller's name. */
public final class AuditTopic implements Audit, AutoCloseable {
    private final Topic<AuditEntry> topic;
    private final Producer<String, AuditEntry> producer;
    private final Clock clock;

    public AuditTopic(Topic<AuditEntry> topic, KafkaClients clients, Clock clock) {
        this.topic = topic;
        this.producer = clients.producer(topic);
        this.clock = clock;
    }

    @Override
    public void record(Caller caller, String action, String subject, Map<String, ?> detail) {
        AuditEntry entry = new AuditEntry(caller.name(), clock.instant(), action, subject, Json.text(detail));
        try {
            producer.send(new ProducerRecord<>(topic.name(), caller.name(), entry))
                    .get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new UnavailableException("the audit log didn't take " + action + " of " + subject, e.getCause());
        } catch (TimeoutException | KafkaException e) {
            throw new UnavailableException("the audit log didn't take " + action + " of " + subject, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted in " + action + " of " + subject, e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
