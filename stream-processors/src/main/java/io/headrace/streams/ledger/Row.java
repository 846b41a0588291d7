package io.headrace.streams.ledger;

import java.nio.ByteBuffer;

/** What stands in the ledger's store. */
sealed interface Row permits Page, Row.Unpublished {
    byte[] stored();

    /** @param from base offset from where pages may be unpublished */
    record Unpublished(long from) implements Row {
        static Unpublished ofStored(byte[] stored) {
            return new Unpublished(ByteBuffer.wrap(stored).getLong());
        }

        @Override
        public byte[] stored() {
            return ByteBuffer.allocate(Long.BYTES).putLong(from).array();
        }
    }
}
