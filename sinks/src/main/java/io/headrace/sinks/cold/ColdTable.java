package io.headrace.sinks.cold;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types.DateType;
import org.apache.iceberg.types.Types.DoubleType;
import org.apache.iceberg.types.Types.IntegerType;
import org.apache.iceberg.types.Types.LongType;
import org.apache.iceberg.types.Types.MapType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StringType;
import org.apache.iceberg.types.Types.TimestampType;

/**
 * The Iceberg table {@code headrace.readings}: one row for each reading, partitioned by the day it was received, so that
 * a device that uploads a year makes one day's files and not a year's. Made here before Iceberg's task starts, which
 * would make it with the columns of whatever record comes first.
 */
public final class ColdTable {
    public static final TableIdentifier NAME = TableIdentifier.of("headrace", "readings");

    /** Of rows whose route keeps them for so many years; null of all others. */
    static final String EXPIRES_ON = "expires_on";

    private static final String EXPIRES_ON_DOC = "the day on which it is deleted, where its route says so";

    private static final Schema SCHEMA = new Schema(
            NestedField.required(1, "device_id", StringType.get()),
            NestedField.required(2, "observed_at", TimestampType.withZone(), "when the device measured"),
            NestedField.required(3, "received_at", TimestampType.withZone(), "when the gateway received the message"),
            NestedField.required(
                    4, "clock", StringType.get(), "whose clock observed_at is: DEVICE, GATEWAY, CORRECTED"),
            NestedField.optional(5, "device_time", TimestampType.withZone(), "the impossible time that was corrected"),
            NestedField.required(6, "origin_partition", IntegerType.get()),
            NestedField.required(7, "origin_offset", LongType.get()),
            NestedField.required(8, "origin_index", IntegerType.get()),
            NestedField.optional(9, "channel", StringType.get()),
            NestedField.optional(10, "message_id", StringType.get()),
            NestedField.optional(11, "sequence", LongType.get()),
            NestedField.required(
                    12,
                    "numbers",
                    MapType.ofRequired(13, 14, StringType.get(), DoubleType.get()),
                    "metric to number; 1 or 0 for a boolean"),
            NestedField.required(
                    15,
                    "texts",
                    MapType.ofRequired(16, 17, StringType.get(), StringType.get()),
                    "metric to text; true or false for a boolean"),
            NestedField.required(18, "tags", MapType.ofRequired(19, 20, StringType.get(), StringType.get())),
            NestedField.optional(21, EXPIRES_ON, DateType.get(), EXPIRES_ON_DOC));

    private static final Map<String, String> PROPERTIES = Map.of(
            "format-version", "2",
            "write.parquet.compression-codec", "zstd",
            "write.metadata.delete-after-commit.enabled", "true",
            "write.metadata.previous-versions-max", "20");

    private ColdTable() {}

    /**
     * What the table holds at one moment.
     *
     * @param rows in all files
     * @param files paths of its data files: what a reader without Iceberg reads, DuckDB's {@code read_parquet} say
     */
    public record Contents(long rows, List<String> files) {
        public Contents {
            files = List.copyOf(files);
        }
    }

    /** Makes the table, or finds it there. */
    public static void create(ColdCatalog where) {
        Catalog catalog = where.open();
        try {
            create(catalog);
        } finally {
            close(catalog);
        }
    }

    /** Does some work on the table, whose catalog is open meanwhile, and returns what it returns. */
    public static <T> T with(ColdCatalog where, Function<Table, T> work) {
        Catalog catalog = where.open();
        try {
            return work.apply(catalog.loadTable(NAME));
        } finally {
            close(catalog);
        }
    }

    /** As {@link #create(ColdCatalog)}. */
    public static void create(Catalog catalog) {
        try {
            if (catalog instanceof SupportsNamespaces namespaces && !namespaces.namespaceExists(NAME.namespace())) {
                namespaces.createNamespace(NAME.namespace());
            }
            if (!catalog.tableExists(NAME)) {
                catalog.buildTable(NAME, SCHEMA)
                        .withPartitionSpec(PartitionSpec.builderFor(SCHEMA)
                                .day("received_at")
                                .build())
                        .withSortOrder(SortOrder.builderFor(SCHEMA)
                                .asc("device_id")
                                .asc("observed_at")
                                .build())
                        .withProperties(PROPERTIES)
                        .create();
            }
            addWhatIsNew(catalog.loadTable(NAME));
        } catch (AlreadyExistsException somebodyElseMadeIt) {
            // as we wanted
        }
    }

    /** Of a table that an earlier version made. */
    private static void addWhatIsNew(Table table) {
        if (table.schema().findField(EXPIRES_ON) != null) {
            return;
        }
        try {
            table.updateSchema()
                    .addColumn(EXPIRES_ON, DateType.get(), EXPIRES_ON_DOC)
                    .commit();
        } catch (CommitFailedException | IllegalArgumentException otherTask) {
            table.refresh();
            if (table.schema().findField(EXPIRES_ON) == null) {
                throw otherTask;
            }
        }
    }

    static void close(Catalog catalog) {
        if (catalog instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (IOException e) {
                throw new UncheckedIOException("can't close the cold tier's catalog", e);
            }
        }
    }

    /** Reads the current snapshot. */
    public static Contents contents(ColdCatalog where) {
        return with(where, ColdTable::contents);
    }

    private static Contents contents(Table table) {
        try (CloseableIterable<FileScanTask> scan = table.newScan().planFiles()) {
            List<String> files = new ArrayList<>();
            long rows = 0;
            for (FileScanTask task : scan) {
                files.add(task.file().location());
                rows += task.file().recordCount();
            }
            return new Contents(rows, files);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read the cold tier's files", e);
        }
    }
}
