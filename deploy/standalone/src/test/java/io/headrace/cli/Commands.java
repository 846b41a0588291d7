package io.headrace.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** The command line, in this process. */
public final class Commands {
    private Commands() {}

    /** What a command said and left with. */
    public record Said(int code, String out, String err) {}

    public static Said run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
        return new Said(code, out.toString(), err.toString());
    }
}
