package io.headrace.catalogue;

/** How the ledger is cut: a page holds the outcomes of {@link #SIZE} successive offsets of one raw partition. */
public final class LedgerPage {
    /** Messages of one page: 1 KiB of outcomes. */
    public static final int SIZE = 1024;

    private LedgerPage() {}

    /** First offset of the page that holds an offset. */
    public static long baseOf(long offset) {
        return offset - offset % SIZE;
    }

    /** Key of a page's records: {@code <partition>:<base offset>}. */
    public static String key(int partition, long baseOffset) {
        return partition + ":" + baseOffset;
    }
}
