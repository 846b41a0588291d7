package io.headrace.gateway.ingest;

import io.headrace.catalogue.Headers;
import io.headrace.config.KafkaConfig;
import io.headrace.gateway.ingest.NotStoredException.Cause;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.internals.RecordAccumulator;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * {@link Ingest} into {@code telemetry.raw}: the only class that knows Kafka's producer. A receipt means that every
 * in-sync replica has the record.
 *
 * <p>Order: one idempotent producer, and the device as key, so that a device's records stand in the order of the calls.
 * After a failure, what was handed over before and isn't answered yet fails too ({@link PartitionOrder}). Two things
 * are left to the adapter: after a failure it acknowledges nothing more on that connection and closes it, so that the
 * device resends from the failed message on; and it treats answers in the order in which they come.
 *
 * <p>Kafka away: messages wait in the producer until the budget is full, {@link #hasRoom} turns false, and no more is
 * read. They are sent when Kafka is back, or fail after the delivery timeout. Nothing needs a restart.
 */
public final class KafkaIngest implements Ingest, AutoCloseable {
    /** What a message takes in the producer besides its bytes. */
    private static final int OVERHEAD = 160;

    private static final Duration STALLED = Duration.ofSeconds(10);
    /** Of a message whose answer nobody times. */
    private static final long UNTIMED = Long.MIN_VALUE;

    private final String topic;
    private final int maxPayload;
    private final Message.Fact gateway;
    private final InFlightBudget budget;
    private final long mostReserved;
    private final KafkaLink link;
    private final IngestMeters meters;
    private final PartitionOrder order = new PartitionOrder();
    private final AtomicLong lastAnswer = new AtomicLong(System.nanoTime());
    /** Of the budget's bytes, those that Kafka owes no answer for. */
    private final AtomicLong reserved = new AtomicLong();

    KafkaIngest(
            Supplier<Producer<String, byte[]>> connect,
            String topic,
            IngestConfig config,
            String gatewayId,
            MeterRegistry registry) {
        this.topic = topic;
        this.maxPayload = config.maxPayload();
        this.gateway = new Message.Fact(Headers.GATEWAY, gatewayId);
        this.budget = new InFlightBudget(config.budget());
        // Bodies that never end must not keep out those that have.
        this.mostReserved = config.budget() / 2;
        this.meters = new IngestMeters(registry, budget::used);
        this.link = new KafkaLink(connect, topic, budget);
    }

    /**
     * Begins to connect; {@link #isReady} tells when it has.
     *
     * @param gatewayId value of {@code hr-gateway}
     */
    public static KafkaIngest start(KafkaConfig kafka, IngestConfig config, String gatewayId, MeterRegistry registry) {
        return new KafkaIngest(
                () -> new RawProducer(config.producerSettings(kafka)),
                kafka.catalogue().raw().name(),
                config,
                gatewayId,
                registry);
    }

    @Override
    public CompletionStage<Receipt> accept(Message message) {
        Stage stage = new Stage();
        accept(message, stage);
        return stage;
    }

    @Override
    public void accept(Message message, Answer answer) {
        if (message.payload().length > maxPayload) {
            refuse(Cause.TOO_LARGE, "payload over " + maxPayload + " bytes", answer);
            return;
        }
        if (!link.isUp()) {
            refuse(Cause.UNAVAILABLE, "Kafka can't be reached", answer);
            return;
        }
        int bytes = message.bytes();
        int weight = OVERHEAD + bytes;
        if (!budget.take(weight)) {
            refuse(Cause.NO_ROOM, "too much in flight", answer);
            return;
        }
        long number = order.next();
        long since = meters.times(number, message.receivedAt()) ? handedOver(weight) : UNTIMED;
        send(message, bytes, new Pending(link.producer(), answer, weight, number, since));
    }

    /** When a message whose answer is timed was handed over. If it is the only one in flight, nothing is late before it. */
    private long handedOver(int weight) {
        long now = System.nanoTime();
        if (budget.used() - reserved.get() <= weight) {
            lastAnswer.set(now);
        }
        return now;
    }

    /** An answer as a stage. */
    private static final class Stage extends CompletableFuture<Receipt> implements Answer {
        @Override
        public void stored(int partition, long offset) {
            complete(new Receipt(partition, offset));
        }

        @Override
        public void notStored(NotStoredException why) {
            completeExceptionally(why);
        }
    }

    private void send(Message message, int bytes, Pending pending) {
        Header[] headers = RawRecord.headers(message, gateway);
        try {
            if (!(pending.producer instanceof RawProducer producer
                    && producer.append(topic, message, headers, bytes, pending))) {
                pending.producer.send(new RawRecord(topic, message, headers), pending);
            }
        } catch (InterruptException e) {
            pending.fail("interrupted");
        } catch (KafkaException | IllegalStateException e) {
            link.broken(pending.producer, String.valueOf(e.getMessage()));
            pending.fail("Kafka's producer is replaced");
        }
    }

    @Override
    public boolean reserve(int bytes) {
        if (reserved.addAndGet(bytes) <= mostReserved && budget.take(bytes)) {
            return true;
        }
        reserved.addAndGet(-bytes);
        return false;
    }

    @Override
    public void release(int bytes) {
        reserved.addAndGet(-bytes);
        budget.give(bytes);
    }

    @Override
    public boolean hasRoom() {
        return budget.hasRoom();
    }

    @Override
    public void whenRoom(Runnable resume) {
        budget.whenRoom(resume);
    }

    /**
     * Whether Kafka takes messages: it was reached, there is a connection to it, and it hasn't left everything unanswered
     * for 10 s.
     */
    public boolean isReady() {
        return link.isUp()
                && link.isConnected()
                && (budget.used() <= reserved.get() || System.nanoTime() - lastAnswer.get() < STALLED.toNanos());
    }

    /** Sends what is in flight, for at most 10 s; the rest fails. */
    @Override
    public void close() {
        link.close();
    }

    private void refuse(Cause cause, String why, Answer answer) {
        meters.refused(cause);
        answer.notStored(new NotStoredException(cause, why));
    }

    /** One message between the producer and its answer; itself the flag that it is answered, to be one object. */
    private final class Pending extends AtomicBoolean implements RecordAccumulator.AppendCallbacks {
        private final Producer<String, byte[]> producer;
        private final Answer answer;
        private final int weight;
        private final long number;
        /** Of {@code nanoTime}, or {@link #UNTIMED}. */
        private final long since;
        /** Where it goes, once the producer has said so. */
        private int partition = RecordMetadata.UNKNOWN_PARTITION;

        private Pending(Producer<String, byte[]> producer, Answer answer, int weight, long number, long since) {
            this.producer = producer;
            this.answer = answer;
            this.weight = weight;
            this.number = number;
            this.since = since;
        }

        @Override
        public void setPartition(int chosen) {
            partition = chosen;
        }

        @Override
        public void onCompletion(@Nullable RecordMetadata where, @Nullable Exception problem) {
            if (problem != null) {
                failed(where == null ? partition : where.partition(), problem);
            } else if (where != null) {
                stored(where);
            }
        }

        private void stored(RecordMetadata where) {
            if (since != UNTIMED) {
                lastAnswer.lazySet(System.nanoTime());
            }
            if (!order.mayAcknowledge(where.partition(), number)) {
                fail("an earlier message failed");
                return;
            }
            if (compareAndSet(false, true)) {
                answer.stored(where.partition(), where.offset());
                budget.give(weight);
                meters.accepted();
                if (since != UNTIMED) {
                    meters.answered(System.nanoTime() - since);
                }
            }
        }

        private void failed(int where, Exception problem) {
            if (problem instanceof RecordTooLargeException) {
                fail(Cause.TOO_LARGE, "larger than Kafka takes");
                return;
            }
            if (where >= 0) {
                order.failed(where);
            } else {
                link.lost(problem.getClass().getSimpleName() + ": " + problem.getMessage());
            }
            if (isFatal(problem)) {
                link.broken(producer, problem.getClass().getSimpleName() + ": " + problem.getMessage());
            }
            fail("Kafka didn't take it: " + problem.getClass().getSimpleName());
        }

        private void fail(String why) {
            fail(Cause.UNAVAILABLE, why);
        }

        private void fail(Cause cause, String why) {
            if (compareAndSet(false, true)) {
                answer.notStored(new NotStoredException(cause, why));
                budget.give(weight);
                meters.refused(cause);
            }
        }
    }

    private static boolean isFatal(Exception problem) {
        return problem instanceof AuthenticationException
                || problem instanceof AuthorizationException
                || problem instanceof ProducerFencedException
                || problem instanceof UnsupportedVersionException;
    }
}
