package io.headrace.gateway.command;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.CommandId;
import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.follow.TopicFollower;
import io.headrace.record.CommandResult;
import io.headrace.record.DeviceCommand;
import io.headrace.registry.RegistryUnavailableException;
import io.headrace.registry.SchemaRegistry;
import io.headrace.wire.AvroDeserializer;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records of {@code device.commands} and {@code device.command-results} into the book. What is neither is skipped,
 * counted, and logged as long as that is rare. On one thread.
 */
final class CommandReader implements TopicFollower.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(CommandReader.class);
    private static final int MAX_LOGGED = 1_000;
    private static final int LONGEST_TEXT = 256;

    private final String commandsTopic;
    private final AvroDeserializer<DeviceCommand> commands;
    private final AvroDeserializer<CommandResult> results;
    private final CommandBook book;
    private final CommandMeters meters;
    private int logged;

    CommandReader(Catalogue catalogue, SchemaRegistry schemas, CommandBook book, CommandMeters meters) {
        this.commandsTopic = catalogue.commands().name();
        this.commands = new AvroDeserializer<>(catalogue.commands(), schemas);
        this.results = new AvroDeserializer<>(catalogue.commandResults(), schemas);
        this.book = book;
        this.meters = meters;
    }

    @Override
    public void take(ConsumerRecord<String, byte[]> record) {
        String problem;
        try {
            problem = record.topic().equals(commandsTopic)
                    ? command(record, commands.deserialize(record.topic(), record.value()))
                    : result(record, results.deserialize(record.topic(), record.value()));
        } catch (RegistryUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            // Whatever the decoder makes of garbage, it's the record's fault, and one record never stops the view.
            problem = String.valueOf(e.getMessage());
        }
        if (!problem.isEmpty()) {
            skip(record, problem);
        }
    }

    /** Takes a command, or says what is wrong with it. */
    private String command(ConsumerRecord<String, byte[]> record, @Nullable DeviceCommand made) {
        String problem = made == null ? "no value" : problem(record, made.getDeviceId(), made.getId());
        if (made == null || !problem.isEmpty()) {
            return problem;
        }
        if (made.getName().isEmpty() || !isPlain(made.getName()) || !isPlain(made.getContentType())) {
            return "its name or content type is none";
        }
        book.add(
                new Command(
                        made.getId(),
                        new DeviceId(made.getDeviceId()),
                        made.getName(),
                        bytes(made.getPayload()),
                        made.getContentType(),
                        made.getExpiresAt().toEpochMilli()),
                record.partition());
        return "";
    }

    private String result(ConsumerRecord<String, byte[]> record, @Nullable CommandResult result) {
        String problem = result == null ? "no value" : problem(record, result.getDeviceId(), result.getCommandId());
        if (result != null && problem.isEmpty()) {
            book.read(new DeviceId(result.getDeviceId()), result.getCommandId(), result.getStatus());
        }
        return problem;
    }

    private static String problem(ConsumerRecord<String, byte[]> record, String device, String id) {
        if (!DeviceId.isValid(device) || !device.equals(record.key())) {
            return "its key isn't its device's id";
        }
        return CommandId.isValid(id) ? "" : "its command has no id";
    }

    /** Whether it can stand in a header. */
    private static boolean isPlain(String text) {
        return text.length() <= LONGEST_TEXT && text.chars().noneMatch(Character::isISOControl);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private void skip(ConsumerRecord<String, byte[]> record, String why) {
        meters.skipped.increment();
        if (logged < MAX_LOGGED) {
            logged++;
            LOG.warn(
                    "skipped {} {}:{}: {}", record.topic(), record.partition(), record.offset(), Answer.line(why, 200));
        }
    }
}
