package io.headrace.streams;

import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * Memory that all RocksDB stores of one application share: blocks, their indexes and filters, and write buffers come out
 * of one budget, however many stores and partitions there are.
 */
final class RocksDbMemory implements AutoCloseable {
    /** Of the budget; the rest is for reading. */
    private static final double WRITE_SHARE = 0.4;

    /** Of the cache, kept for indexes and filters. */
    private static final double HIGH_PRIORITY_SHARE = 0.1;

    private static final int SHARDS_BY_SIZE = -1;

    private final Cache cache;
    private final WriteBufferManager writeBuffers;
    private final long limit;
    private boolean closed;

    /** @param bytes for everything */
    RocksDbMemory(long bytes) {
        RocksDB.loadLibrary();
        limit = bytes;
        cache = new LRUCache(bytes, SHARDS_BY_SIZE, false, HIGH_PRIORITY_SHARE);
        writeBuffers = new WriteBufferManager((long) (bytes * WRITE_SHARE), cache);
    }

    Cache cache() {
        return cache;
    }

    WriteBufferManager writeBuffers() {
        return writeBuffers;
    }

    long limit() {
        return limit;
    }

    /** Bytes taken now, write buffers among them; 0 when closed. */
    synchronized long used() {
        return closed ? 0 : cache.getUsage();
    }

    @Override
    public synchronized void close() {
        closed = true;
        writeBuffers.close();
        cache.close();
    }
}
