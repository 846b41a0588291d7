package io.headrace.cli;

import io.headrace.sinks.cold.upkeep.Compacted;
import io.headrace.sinks.cold.upkeep.Upkeep;
import java.io.PrintWriter;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The cold table's upkeep by hand, or by somebody else's scheduler. */
@Command(
        name = "cold",
        mixinStandardHelpOptions = true,
        description = "Keeps the cold tier's table. Any of this may run beside the sink, and be interrupted.")
final class ColdCommand {
    // set by picocli before a subcommand is run
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Command(
            name = "compact",
            mixinStandardHelpOptions = true,
            description = "Makes small files into large ones, sorted by device and time.")
    void compact(@Mixin ColdTableOptions table) {
        keep(table, upkeep -> {
            Compacted done = upkeep.compact();
            return done.filesBefore() + " files with " + done.rows() + " rows became " + done.filesAfter()
                    + (done.conflicts() == 0 ? "" : "; somebody else was quicker " + done.conflicts() + " times");
        });
    }

    @Command(
            name = "expire",
            mixinStandardHelpOptions = true,
            description = "Forgets old snapshots and removes the files that only they name.")
    void expire(@Mixin ColdTableOptions table) {
        keep(table, upkeep -> upkeep.expire() + " snapshots expired");
    }

    @Command(
            name = "orphans",
            mixinStandardHelpOptions = true,
            description = "Removes old files that no snapshot names.")
    void removeOrphans(@Mixin ColdTableOptions table) {
        keep(table, upkeep -> upkeep.removeOrphans() + " files removed");
    }

    /** Catalogs and stores of all kinds have exceptions of their own, and no type in common. */
    private void keep(ColdTableOptions table, Function<Upkeep, String> work) {
        Upkeep upkeep = table.upkeep();
        String done;
        try {
            done = work.apply(upkeep);
        } catch (RuntimeException away) {
            throw new CommandException(
                    ExitCode.UNAVAILABLE, "the cold table can't be kept now: " + away.getMessage(), away);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(done);
        out.flush();
    }
}
