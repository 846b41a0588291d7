package io.headrace.bench.load;

import java.io.Closeable;
import java.io.IOException;

/** One device's connection. For one thread. */
interface Peer extends Closeable {
    /** A message is due; sent now, or when the window has room. */
    void due(long now) throws IOException;

    /** Fills the window. */
    void start(long now) throws IOException;

    /** The socket can be read or written. */
    void ready(long now) throws IOException;

    void broken();

    boolean isBroken();

    /** Messages without an acknowledgement. */
    int unanswered();
}
