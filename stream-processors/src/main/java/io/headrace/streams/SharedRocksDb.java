package io.headrace.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;

/** Makes every store take its memory from the application's {@link RocksDbMemory}. Streams makes one of it per store. */
public final class SharedRocksDb implements RocksDBConfigSetter {
    /** Setting under which the application passes its memory. */
    static final String MEMORY = "headrace.rocksdb.memory";

    private static final long WRITE_BUFFER = 4L << 20;

    /**
     * What a write buffer grows by. RocksDB's own choice is an eighth of it: a hundred stores with next to nothing in them
     * would fill the whole budget, and each write would flush one.
     */
    private static final long WRITE_BUFFER_STEP = 64L << 10;

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        if (!(configs.get(MEMORY) instanceof RocksDbMemory memory)) {
            throw new IllegalStateException(MEMORY + " isn't set");
        }
        if (options.tableFormatConfig() instanceof BlockBasedTableConfig table) {
            table.setBlockCache(memory.cache());
            table.setCacheIndexAndFilterBlocks(true);
            table.setCacheIndexAndFilterBlocksWithHighPriority(true);
            table.setPinTopLevelIndexAndFilter(true);
            options.setTableFormatConfig(table);
        }
        options.setWriteBufferManager(memory.writeBuffers());
        options.setWriteBufferSize(WRITE_BUFFER);
        options.setArenaBlockSize(WRITE_BUFFER_STEP);
        options.setMaxWriteBufferNumber(2);
        options.setCompressionType(CompressionType.LZ4_COMPRESSION);
    }

    /** The memory is the application's, which closes it after all stores. */
    @Override
    public void close(String storeName, Options options) {}
}
