package io.headrace.gateway.command;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.DeviceId;
import io.headrace.config.KafkaConfig;
import io.headrace.gateway.follow.TopicFollower;
import io.headrace.registry.SchemaRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * {@link Commands} from {@code device.commands}, with results into {@code device.command-results}. Every gateway reads all
 * of both, since any device may be connected to any of them. While Kafka is away, what is known goes on being offered, and
 * answers wait or fail as messages do.
 */
public final class KafkaCommands implements Commands, AutoCloseable {
    private final CommandBook book;
    private final KafkaResults results;
    private final TopicFollower follower;
    private final Ownership ownership;

    private KafkaCommands(
            KafkaConfig kafka, SchemaRegistry schemas, CommandConfig config, String gateway, MeterRegistry registry) {
        CommandMeters meters = new CommandMeters(registry);
        InstantSource clock = InstantSource.system();
        Catalogue catalogue = kafka.catalogue();
        this.results = KafkaResults.start(kafka, schemas);
        this.book = new CommandBook(config, new Outcomes(gateway, results, meters, clock), meters, clock);
        String commands = catalogue.commands().name();
        String commandResults = catalogue.commandResults().name();
        TimeMerge merge = new TimeMerge(
                commands, commandResults, new CommandReader(catalogue, schemas, book, meters), book::complete);
        this.follower = new TopicFollower(kafka, "commands", List.of(commands, commandResults), merge);
        follower.start();
        this.ownership = Ownership.start(kafka, book);
    }

    /**
     * Begins to read. Nothing is offered until all is read that was there.
     *
     * @param gateway names this gateway in its results
     */
    public static KafkaCommands start(
            KafkaConfig kafka, SchemaRegistry schemas, CommandConfig config, String gateway, MeterRegistry registry) {
        return new KafkaCommands(kafka, schemas, config, gateway, registry);
    }

    @Override
    public Line open(DeviceId device, String protocol, Runnable whenMore) {
        return book.open(device, protocol, whenMore);
    }

    @Override
    public CompletionStage<Answered> answer(DeviceId device, String commandId, Answer answer, String protocol) {
        return book.answer(device, commandId, answer, protocol);
    }

    /** Gives up its share, and writes the results that wait, as far as that goes within a few seconds. */
    @Override
    public void close() {
        ownership.close();
        follower.close();
        results.close();
    }
}
