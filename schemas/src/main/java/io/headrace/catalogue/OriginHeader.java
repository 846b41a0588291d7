package io.headrace.catalogue;

import io.headrace.record.Origin;
import java.util.Optional;

/** Text form of a message's identity: {@code <partition>:<offset>}, or {@code <partition>:<offset>#<index>}. */
public final class OriginHeader {
    private OriginHeader() {}

    /** Of a message that held one reading. */
    public static String ofMessage(Origin origin) {
        return origin.getPartition() + ":" + origin.getOffset();
    }

    /** Of one reading among several of a message. */
    public static String ofElement(Origin origin) {
        return ofMessage(origin) + "#" + origin.getIndex();
    }

    /** Empty where the text isn't an origin. */
    public static Optional<Origin> parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        int hash = text.indexOf('#', colon);
        try {
            int partition = Integer.parseInt(text.substring(0, colon));
            long offset = Long.parseLong(text.substring(colon + 1, hash < 0 ? text.length() : hash));
            int index = hash < 0 ? 0 : Integer.parseInt(text.substring(hash + 1));
            return partition < 0 || offset < 0 || index < 0
                    ? Optional.empty()
                    : Optional.of(new Origin(partition, offset, index));
        } catch (NumberFormatException notAnOrigin) {
            return Optional.empty();
        }
    }
}
