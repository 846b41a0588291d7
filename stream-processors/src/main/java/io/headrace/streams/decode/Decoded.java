package io.headrace.streams.decode;

import io.headrace.catalogue.Reason;
import java.util.List;

/** What decoding a message comes to. */
public sealed interface Decoded {
    /**
     * The message could be decoded, in whole.
     *
     * @param list at least one, in the payload's order
     */
    record Samples(List<Sample> list) implements Decoded {}

    /**
     * The message couldn't be decoded; no part of it is used.
     *
     * @param detail one line of printable text, without more of the payload in it than a name
     */
    record Rejected(Reason reason, String detail) implements Decoded {}
}
