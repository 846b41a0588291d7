package io.headrace.sinks.email;

import io.headrace.sinks.plugin.PluginVersion;
import io.headrace.sinks.refused.DeadLetters;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;

/**
 * One task's life: the work is {@link Outbox}'. A record is in it until its mail is the server's or it is in the dead
 * letters, and an offset is only committed when all before it are; so a task that starts again begins with what was not
 * delivered, and may send again what was after it. While the outbox is full Connect keeps the batch, stops reading, stays
 * in its group and tries again.
 */
public final class EmailSinkTask extends SinkTask {
    private @Nullable Outbox outbox;

    @Override
    public String version() {
        return PluginVersion.of(getClass());
    }

    @Override
    public void start(Map<String, String> values) {
        EmailConfig config = new EmailConfig(values);
        outbox = new Outbox(
                config, new SmtpServer(config), new DeadLetters(context.errantRecordReporter()), Clock.systemUTC());
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        Outbox mails = outbox();
        mails.deliver();
        if (!mails.hasRoomFor(records.size())) {
            context.timeout(mails.pause().toMillis());
            throw new RetriableException("mails wait for their server or their turn; no more are taken meanwhile");
        }
        records.forEach(mails::add);
        mails.deliver();
        if (!mails.isEmpty()) {
            context.timeout(mails.pause().toMillis());
        }
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> read) {
        Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>(read);
        outbox().firstOffsets()
                .forEach((partition, offset) -> done.computeIfPresent(
                        partition, (same, end) -> end.offset() <= offset ? end : new OffsetAndMetadata(offset)));
        outbox().forgetBelow(done);
        return done;
    }

    /** Whoever has the partitions next gets their records again. */
    @Override
    public void close(Collection<TopicPartition> partitions) {
        if (outbox != null) {
            outbox.drop(partitions);
        }
    }

    @Override
    public void stop() {
        // a connection lasts no longer than a turn
    }

    private Outbox outbox() {
        return Objects.requireNonNull(outbox, "not started");
    }
}
