package io.headrace.gateway.command;

import io.headrace.catalogue.DeviceId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What devices are to do, and the way back for what becomes of it: all that a protocol's edge knows of commands. Safe for
 * use by several threads; no method blocks.
 *
 * <p>At least once: each new line of a device is offered all its commands that have no final result yet, in the order in
 * which they were made, whether or not an earlier line has offered them. A device tells a command that it knows by its id.
 */
public interface Commands {
    /**
     * Opens the way to a device that has proven who it is, until it is closed. What waits already is there to be taken.
     *
     * @param protocol as in {@code hr-protocol}; stands in the results
     * @param whenMore called when something more may be there to be taken: on any thread, and it must not block
     */
    Line open(DeviceId device, String protocol, Runnable whenMore);

    /**
     * Stores a device's answer to a command. The first one counts.
     *
     * @param device who answers: it can answer its own commands only
     * @param commandId as the device gives it; may be anything
     * @param protocol as in {@code hr-protocol}
     * @return what became of it, once every in-sync replica has it; completed exceptionally with
     *     {@link io.headrace.gateway.ingest.NotStoredException} where it must not be acknowledged. Completed on the
     *     caller's thread or another
     */
    CompletionStage<Answered> answer(DeviceId device, String commandId, Answer answer, String protocol);

    /** What became of an answer. */
    enum Answered {
        /** It is the command's result. */
        STORED,
        /** The command has a result already; this one is counted, and changes nothing. */
        AGAIN,
        /** There is no such command of this device, or it was over long ago: the answer is counted, and not kept. */
        UNKNOWN
    }

    /**
     * The way to one device over one connection. Each command comes out once; an edge takes one only when it can send it,
     * and so bounds what it holds. For one thread at a time.
     */
    interface Line extends AutoCloseable {
        /** The next command; empty where there is none now. It is neither expired nor answered. */
        Optional<Command> next();

        /** The one behind a command that the device has; the first, where that isn't among those that wait. */
        default Optional<Command> nextAfter(String commandId) {
            Optional<Command> first = next();
            Optional<Command> had = first;
            while (had.isPresent() && !had.get().id().equals(commandId)) {
                had = next();
            }
            return had.isPresent() ? next() : first;
        }

        /** Whether a command that was taken may still go to the device: it isn't over, and no answer is on its way. */
        boolean isOpen(Command command);

        /** The device has it: told to whom it concerns. The answer is still to come. */
        void delivered(Command command);

        /** The device has said, without an answer, that it won't do it: the command has failed. */
        void refused(Command command, String why);

        /** It can't be sent to this device: the command is rejected. */
        void unfit(Command command, String why);

        /** No more is taken. What was taken and has no answer is offered to the next line. */
        @Override
        void close();
    }
}
