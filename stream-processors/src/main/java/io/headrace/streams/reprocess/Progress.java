package io.headrace.streams.reprocess;

/** Is told how a run comes along, every now and then, by one thread. */
@FunctionalInterface
public interface Progress {
    /**
     * @param done offsets of the history that were read
     * @param all offsets of the history
     */
    void at(long done, long all);
}
