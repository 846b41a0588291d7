package io.headrace.gateway.command;

import io.headrace.catalogue.DeviceId;
import io.headrace.record.CommandStatus;
import java.util.Optional;

/** One line of a {@link CommandBook}: how far it has come. */
final class BookLine implements Commands.Line {
    private final CommandBook book;
    private final DeviceId device;
    private final String protocol;
    private final Runnable whenMore;
    private final CommandMeters meters;
    private long last;

    BookLine(CommandBook book, DeviceId device, String protocol, Runnable whenMore, CommandMeters meters) {
        this.book = book;
        this.device = device;
        this.protocol = protocol;
        this.whenMore = whenMore;
        this.meters = meters;
    }

    @Override
    public Optional<Command> next() {
        Optional<PendingCommand> next = book.next(device, last);
        next.ifPresent(taken -> {
            last = taken.number;
            meters.offered.increment();
        });
        return next.map(taken -> taken.command);
    }

    @Override
    public boolean isOpen(Command command) {
        return book.isOpen(command);
    }

    @Override
    public void delivered(Command command) {
        book.delivered(command, protocol);
    }

    @Override
    public void refused(Command command, String why) {
        book.end(command, CommandStatus.FAILED, Answer.line(why, Answer.LONGEST_DETAIL), protocol);
    }

    @Override
    public void unfit(Command command, String why) {
        book.end(command, CommandStatus.REJECTED, why, protocol);
    }

    @Override
    public void close() {
        book.close(device, whenMore);
    }
}
