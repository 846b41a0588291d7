package io.headrace.streams.decode;

import io.headrace.catalogue.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What decoding a message comes to. */
public sealed interface Decoded {
    /**
     * The message could be decoded, in whole.
     *
     * @param list at least one, in the payload's order
     * @param memos what to remember of it for later messages of its device, see {@link Memory}
     * @param missed messages between the device's last one and this, by the payload's own counting; 0 where it doesn't
     *     count
     */
    record Samples(List<Sample> list, List<Memo> memos, int missed) implements Decoded {
        /** Of a message that stands alone. */
        public static Samples of(List<Sample> list) {
            return new Samples(list, List.of(), 0);
        }
    }

    /**
     * Something to remember under a name, in the place of what was there.
     *
     * @param bytes null to forget it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Memo(String name, byte @Nullable [] bytes) {}

    /**
     * The message couldn't be decoded; no part of it is used.
     *
     * @param detail one line of printable text, without more of the payload in it than a name
     */
    record Rejected(Reason reason, String detail) implements Decoded {}
}
