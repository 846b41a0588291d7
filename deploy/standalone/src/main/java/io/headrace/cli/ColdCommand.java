package io.headrace.cli;

import io.headrace.config.Settings;
import io.headrace.sinks.cold.ColdCatalog;
import io.headrace.sinks.cold.upkeep.Compacted;
import io.headrace.sinks.cold.upkeep.Upkeep;
import io.headrace.standalone.ColdSettings;
import io.headrace.standalone.ConnectConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The cold table's upkeep by hand, or by somebody else's scheduler. */
@Command(
        name = "cold",
        mixinStandardHelpOptions = true,
        description = "Keeps the cold tier's table. Any of this may run beside the sink, and be interrupted.",
        subcommands = {ColdCommand.Compact.class, ColdCommand.Expire.class, ColdCommand.Orphans.class})
final class ColdCommand {
    /** A command on the table. */
    abstract static class OnTable implements Runnable {
        // set by picocli before run
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "Settings of the role connect. Without: the table of up.")
        private @Nullable Path config;

        @Option(names = "--data", paramLabel = "DIR", defaultValue = "data", description = "As given to up.")
        private Path data = Path.of("data");

        @Option(names = "--port-offset", paramLabel = "N", defaultValue = "0", description = "As given to up.")
        private int portOffset;

        abstract String keep(Upkeep upkeep);

        @Override
        public void run() {
            PrintWriter out = spec.commandLine().getOut();
            out.println(keep(upkeep()));
            out.flush();
        }

        private Upkeep upkeep() {
            if (config != null) {
                ConnectConfig connect = ConnectConfig.from(Settings.load(config));
                return new Upkeep(connect.coldCatalog(), connect.cold().upkeep(), Clock.systemUTC());
            }
            ColdCatalog ofUp = new ColdCatalog(
                    "jdbc:postgresql://127.0.0.1:" + (15_432 + portOffset) + "/headrace?user=headrace",
                    Optional.empty(),
                    Optional.empty(),
                    data.resolve("cold"));
            return new Upkeep(ofUp, ColdSettings.from(Settings.of(Map.of())).upkeep(), Clock.systemUTC());
        }
    }

    @Command(
            name = "compact",
            mixinStandardHelpOptions = true,
            description = "Makes small files into large ones, sorted by device and time.")
    static final class Compact extends OnTable {
        @Override
        String keep(Upkeep upkeep) {
            Compacted done = upkeep.compact();
            return done.filesBefore() + " files with " + done.rows() + " rows became " + done.filesAfter()
                    + (done.conflicts() == 0 ? "" : "; somebody else was quicker " + done.conflicts() + " times");
        }
    }

    @Command(
            name = "expire",
            mixinStandardHelpOptions = true,
            description = "Forgets old snapshots and removes the files that only they name.")
    static final class Expire extends OnTable {
        @Override
        String keep(Upkeep upkeep) {
            return upkeep.expire() + " snapshots expired";
        }
    }

    @Command(
            name = "orphans",
            mixinStandardHelpOptions = true,
            description = "Removes old files that no snapshot names.")
    static final class Orphans extends OnTable {
        @Override
        String keep(Upkeep upkeep) {
            return upkeep.removeOrphans() + " files removed";
        }
    }
}
