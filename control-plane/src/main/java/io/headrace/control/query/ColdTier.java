package io.headrace.control.query;

import io.headrace.control.query.Filter.All;
import io.headrace.control.query.Filter.Any;
import io.headrace.control.query.Filter.Compare;
import io.headrace.control.query.Filter.In;
import io.headrace.control.query.Filter.Null;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Iceberg table, of which DuckDB is told the files. */
final class ColdTier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ColdTier.class);
    private static final String CATALOG = "headrace";
    private static final TableIdentifier TABLE = TableIdentifier.of("headrace", "readings");

    private final Catalog catalog;
    private final Table table;
    private final @Nullable FetchedFiles fetched;

    private ColdTier(Catalog catalog, Table table, Path temporary, long fetchedBytes) {
        this.catalog = catalog;
        this.table = table;
        this.fetched = table.location().contains("://") && !table.location().startsWith("file:")
                ? new FetchedFiles(table.io(), temporary, fetchedBytes)
                : null;
    }

    /**
     * Finds the table.
     *
     * @param temporary folder for files that aren't on this machine's disk
     * @param fetchedBytes most that these may have
     * @throws QueryFailure where it isn't there, or can't be reached
     */
    static ColdTier open(Map<String, String> settings, Path temporary, long fetchedBytes) {
        @Nullable Catalog catalog = null;
        try {
            Map<String, String> quiet = new HashMap<>(settings);
            quiet.putIfAbsent("rest-metrics-reporting-enabled", "false"); // in the background, when it is closed
            catalog = CatalogUtil.buildIcebergCatalog(CATALOG, quiet, null);
            return new ColdTier(catalog, catalog.loadTable(TABLE), temporary, fetchedBytes);
        } catch (RuntimeException e) {
            close(catalog);
            LOG.debug("the cold tier's catalog", e);
            throw QueryFailure.away(
                    switch (e) {
                        case NoSuchTableException notYet -> "the cold tier has no table yet";
                        case IllegalArgumentException wrong ->
                            "the cold tier's catalog can't be used: "
                                    + String.valueOf(wrong.getMessage())
                                            .lines()
                                            .findFirst()
                                            .orElse("");
                        default -> "the cold tier's catalog doesn't answer";
                    });
        }
    }

    /** Under which all its files are, on this machine's disk. */
    String folder() {
        return fetched == null ? LocalFiles.path(table.location()) : fetched.folder();
    }

    /** By which files name a column. */
    int fieldId(String column) {
        return table.schema().findField(column).fieldId();
    }

    /** Sees what has been committed until now. */
    void refresh() {
        table.refresh();
    }

    /**
     * Paths of the data files of the snapshot that may have rows which pass; those of another store are fetched.
     *
     * @throws QueryFailure where there is one that can't be read as it is
     */
    List<String> files(Filter filter) {
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> scan =
                table.newScan().filter(expression(filter)).ignoreResiduals().planFiles()) {
            for (FileScanTask task : scan) {
                if (!task.deletes().isEmpty()) {
                    throw QueryFailure.away("the cold table has files of deletes, which aren't applied here:"
                            + " rewrite its data files first, or ask an engine that reads Iceberg");
                }
                if (task.file().format() != FileFormat.PARQUET) {
                    throw QueryFailure.away("the cold table has files that aren't Parquet");
                }
                files.add(task.file());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return fetched == null
                ? files.stream().map(file -> local(file.location())).toList()
                : fetched.paths(files);
    }

    private String local(String location) {
        String path = LocalFiles.path(location);
        if (!path.startsWith(folder() + "/")) {
            throw QueryFailure.away(
                    "the cold tier has " + path + ": of a table on disk only files in its folder are read here");
        }
        return path;
    }

    private static Expression expression(Filter filter) {
        return switch (filter) {
            case Compare(String column, Filter.Operator operator, Object constant) ->
                switch (operator) {
                    case EQUAL -> Expressions.equal(column, iceberg(constant));
                    case LESS -> Expressions.lessThan(column, iceberg(constant));
                    case LESS_OR_EQUAL -> Expressions.lessThanOrEqual(column, iceberg(constant));
                    case GREATER -> Expressions.greaterThan(column, iceberg(constant));
                    case GREATER_OR_EQUAL -> Expressions.greaterThanOrEqual(column, iceberg(constant));
                };
            case In(String column, List<Object> constants) ->
                Expressions.in(column, constants.stream().map(ColdTier::iceberg).toList());
            case Null(String column, boolean isNull) ->
                isNull ? Expressions.isNull(column) : Expressions.notNull(column);
            case All(List<Filter> filters) ->
                filters.stream().map(ColdTier::expression).reduce(Expressions.alwaysTrue(), Expressions::and);
            case Any(List<Filter> filters) ->
                filters.stream().map(ColdTier::expression).reduce(Expressions.alwaysFalse(), Expressions::or);
        };
    }

    private static Object iceberg(Object constant) {
        return constant instanceof Instant instant ? ChronoUnit.MICROS.between(Instant.EPOCH, instant) : constant;
    }

    @Override
    public void close() {
        close(catalog);
    }

    private static void close(@Nullable Catalog catalog) {
        if (catalog instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (IOException e) {
                LOG.debug("the cold tier's catalog didn't close", e);
            }
        }
    }
}
