package io.headrace.cli;

import io.headrace.client.ApiClient;
import java.io.PrintWriter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that asks the control plane and shows the answer. */
abstract class ClientCommand implements Runnable {
    // set by picocli before run
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private ApiOptions options = new ApiOptions();

    @Override
    public final void run() {
        ask(options.client(), new Printer(spec.commandLine().getOut(), options.output()));
    }

    /** For words beside the answer. */
    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Does what the command is for. */
    abstract void ask(ApiClient api, Printer printer);
}
