package io.headrace.cli;

import io.headrace.client.ApiException;
import io.headrace.config.ConfigException;
import io.headrace.embedded.NotStartedException;
import io.headrace.standalone.InUseException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns whatever stops a command into one line on standard error and an exit code. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    @Override
    public int handleParseException(ParameterException wrong, String[] args) {
        CommandLine line = wrong.getCommandLine();
        line.getErr()
                .println("headrace: " + oneLine(wrong) + " (try: "
                        + line.getCommandSpec().qualifiedName() + " --help)");
        return ExitCode.USAGE.code();
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed) {
        ExitCode code = exitCode(failure);
        String text = code == ExitCode.BUG ? failure.getClass().getSimpleName() + ": " : "";
        line.getErr().println("headrace: " + text + oneLine(failure));
        LOG.debug("{} failed", line.getCommandName(), failure);
        return code.code();
    }

    private static ExitCode exitCode(Exception failure) {
        return switch (failure) {
            case CommandException known -> known.exitCode();
            case ConfigException wrong -> ExitCode.CONFIG;
            case ApiException refused when refused.isRefusal() -> ExitCode.REFUSED;
            case ApiException away -> ExitCode.UNAVAILABLE;
            case InUseException taken -> ExitCode.IN_USE;
            case NotStartedException away -> ExitCode.UNAVAILABLE;
            case KafkaException away -> ExitCode.UNAVAILABLE;
            default -> ExitCode.BUG;
        };
    }

    private static String oneLine(Exception failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message.replaceAll("\\s*\\R\\s*", "; ");
    }
}
