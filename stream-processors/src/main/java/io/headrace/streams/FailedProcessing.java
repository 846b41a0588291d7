package io.headrace.streams;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Reason;
import io.headrace.record.Reading;
import io.headrace.wire.TopicSerdes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a record on which a fragment throws. Bytes of devices never make one throw, for normalize catches what
 * decoding does; so it is an outage, which ends the thread and is waited out, or a bug. A bug stops the application and
 * the line that says so names the record: nothing is lost, and state that was half changed isn't committed. An operator
 * who can't wait for the fix may set the reading aside instead ({@code processors.on-failing-reading = set-aside}): the
 * fragment that threw then lacks it, whole or in part, and all others have it.
 */
public final class FailedProcessing implements ProcessingExceptionHandler {
    /** Setting with a {@link SetAside}; where it is missing, the application stops. */
    static final String SET_ASIDE = "headrace.failing.readings";

    private static final Logger LOG = LoggerFactory.getLogger(FailedProcessing.class);

    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final AtomicLong sayAgainAt = new AtomicLong(System.nanoTime());
    private boolean setsAside;
    private String topic = "";
    private Serializer<Reading> serializer = (_, _) -> {
        throw new IllegalStateException("not configured");
    };

    /**
     * Where readings go.
     *
     * @param topic of dead letters
     */
    record SetAside(String topic, Serializer<Reading> serializer) {
        static SetAside of(Catalogue catalogue, TopicSerdes serdes) {
            return new SetAside(
                    catalogue.deadLetters(catalogue.readings()).name(),
                    serdes.of(catalogue.readings()).serializer());
        }
    }

    @Override
    public void configure(Map<String, ?> configs) {
        if (configs.get(SET_ASIDE) instanceof SetAside where) {
            setsAside = true;
            topic = where.topic();
            serializer = where.serializer();
        }
    }

    @Override
    public Response handleError(ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
        if (FailurePolicy.isOutage(exception)) {
            return Response.fail();
        }
        if (setsAside && record != null && record.value() instanceof Reading) {
            if (isTimeToSay()) {
                say(context, record, exception);
            }
            return Response.resume(List.of(letter(context, record, exception)));
        }
        say(context, record, exception);
        return Response.fail();
    }

    /** A reading that is set aside says why in its headers: once in a while is enough here. */
    private boolean isTimeToSay() {
        long now = System.nanoTime();
        long due = sayAgainAt.get();
        return now - due >= 0 && sayAgainAt.compareAndSet(due, now + SILENCE.toNanos());
    }

    private static void say(ErrorHandlerContext context, @Nullable Record<?, ?> record, Exception exception) {
        LOG.error(
                "{} fails on {}-{} at offset {}, origin {}: {}",
                context.processorNodeId(),
                context.topic(),
                context.partition(),
                context.offset(),
                record == null
                        ? "none"
                        : Headers.find(record.headers(), Headers.ORIGIN).orElse("its own"),
                exception.toString().lines().findFirst().orElse(""));
    }

    private ProducerRecord<byte[], byte[]> letter(ErrorHandlerContext context, Record<?, ?> record, Exception fault) {
        Reading reading = (Reading) record.value();
        var headers = new RecordHeaders(record.headers().toArray());
        Headers.set(headers, Headers.REASON, Reason.PROCESSING_FAILED.name());
        Headers.set(headers, Headers.DETAIL, fault.getClass().getSimpleName() + " in " + context.processorNodeId());
        Headers.set(headers, Headers.STAGE, context.processorNodeId());
        byte[] key = reading.getDeviceId().getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(
                topic, null, record.timestamp(), key, serializer.serialize(topic, reading), headers);
    }
}
