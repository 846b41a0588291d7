package io.headrace.streams;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Reason;
import io.headrace.registry.UnknownSchemaException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;

/**
 * Sets records of {@code telemetry.readings} that can't be read, or are of no device, aside in its dead letters, bytes
 * and all, through Kafka Streams' own dead-letter queue (KIP-1034): in the same transaction as the rest. Raw messages are
 * read as bytes and never come here. Where the registry is out, waiting helps: nothing is set aside. Nothing is logged:
 * half of all records may be poison.
 */
public final class UnreadableReadings implements DeserializationExceptionHandler {
    /** Setting with the full name of the dead-letter topic. */
    static final String TOPIC = "headrace.dead.letters";

    private String topic = "";

    @Override
    public void configure(Map<String, ?> configs) {
        topic = String.valueOf(configs.get(TOPIC));
    }

    @Override
    public Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException) {
                return Response.fail();
            }
        }
        Reason reason =
                switch (exception) {
                    case UnusableRecordException unusable -> unusable.reason();
                    case UnknownSchemaException unknown -> Reason.UNKNOWN_SCHEMA;
                    default -> Reason.MALFORMED_AVRO;
                };
        var headers = new RecordHeaders(record.headers().toArray());
        Headers.set(headers, Headers.REASON, reason.name());
        String detail = exception instanceof UnusableRecordException
                ? String.valueOf(exception.getMessage())
                : "no reading of a known schema";
        Headers.set(headers, Headers.DETAIL, detail);
        Headers.set(headers, Headers.STAGE, "readings");
        return Response.resume(
                List.of(new ProducerRecord<>(topic, null, record.timestamp(), record.key(), record.value(), headers)));
    }
}
