package io.headrace.bench.windows;

/**
 * Compares what windows counted with what was sent, device by device, metric by metric, window by window; and what came
 * through as readings with what was sent. Knows nothing of how windows are made.
 */
final class Account {
    private final Backlog backlog;
    private final int[][][] counts;
    private long aggregates;

    Account(Backlog backlog) {
        this.backlog = backlog;
        this.counts = new int[backlog.devices()][Backlog.METRICS.size()][backlog.windows()];
    }

    /**
     * A result. A later one of the same window takes its place.
     *
     * @param start epoch milliseconds
     */
    void counted(int device, String metric, long start, long count) {
        aggregates++;
        int window = backlog.window(start);
        if (window < backlog.windows()) {
            counts[device][Backlog.METRICS.indexOf(metric)][window] = Math.toIntExact(count);
        }
    }

    /**
     * What it comes to.
     *
     * @param lost values sent and not counted
     * @param surplus values counted that weren't sent
     * @param aggregates results, all told
     */
    record Balance(long lost, long surplus, long aggregates) {}

    Balance balance() {
        long lost = 0;
        long surplus = 0;
        for (int device = 0; device < backlog.devices(); device++) {
            int[] expected = backlog.expected(device);
            for (int[] counted : counts[device]) {
                for (int window = 0; window < expected.length; window++) {
                    lost += Math.max(0, expected[window] - counted[window]);
                    surplus += Math.max(0, counted[window] - expected[window]);
                }
            }
        }
        return new Balance(lost, surplus, aggregates);
    }
}
