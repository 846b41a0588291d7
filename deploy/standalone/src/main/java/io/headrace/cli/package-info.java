/**
 * The command line: arguments come in, one-line answers or tables go out, and an {@link io.headrace.cli.ExitCode}. A
 * command either runs a role of Headrace in this process, or is a client of the control plane's API; nothing is kept.
 */
@NullMarked
package io.headrace.cli;

import org.jspecify.annotations.NullMarked;
