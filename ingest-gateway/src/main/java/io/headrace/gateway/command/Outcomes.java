package io.headrace.gateway.command;

import io.headrace.record.CommandResult;
import io.headrace.record.CommandStatus;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;

/** Makes results of what becomes of commands, has them stored, and counts them. */
final class Outcomes {
    private final String gateway;
    private final Results results;
    private final CommandMeters meters;
    private final InstantSource clock;

    /** @param gateway names this gateway in its results */
    Outcomes(String gateway, Results results, CommandMeters meters, InstantSource clock) {
        this.gateway = gateway;
        this.results = results;
        this.meters = meters;
        this.clock = clock;
    }

    /** Says what a device answers. */
    CompletionStage<Void> store(Command command, Answer answer, String protocol) {
        CommandStatus status = answer.isSuccess() ? CommandStatus.SUCCEEDED : CommandStatus.FAILED;
        return store(result(command, status, answer.detail(), protocol)
                .setPayload(ByteBuffer.wrap(answer.payload()))
                .setContentType(answer.contentType())
                .build());
    }

    /** Says what happens without an answer. */
    CompletionStage<Void> store(Command command, CommandStatus status, String detail, String protocol) {
        return store(result(command, status, detail, protocol).build());
    }

    private CompletionStage<Void> store(CommandResult result) {
        CompletionStage<Void> stored = results.store(result);
        stored.whenComplete((_, problem) -> meters.stored(result.getStatus(), problem == null));
        return stored;
    }

    private CommandResult.Builder result(Command command, CommandStatus status, String detail, String protocol) {
        return CommandResult.newBuilder()
                .setCommandId(command.id())
                .setDeviceId(command.device().value())
                .setStatus(status)
                .setDetail(detail)
                .setAt(Instant.ofEpochMilli(clock.millis()))
                .setGateway(gateway)
                .setProtocol(protocol);
    }
}
