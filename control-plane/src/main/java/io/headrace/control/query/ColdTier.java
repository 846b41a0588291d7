package io.headrace.control.query;

import io.headrace.control.query.Filter.All;
import io.headrace.control.query.Filter.Any;
import io.headrace.control.query.Filter.Compare;
import io.headrace.control.query.Filter.In;
import io.headrace.control.query.Filter.Null;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.CatalogUtil;
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
    private final String folder;

    private ColdTier(Catalog catalog, Table table) {
        this.catalog = catalog;
        this.table = table;
        this.folder = LocalFiles.path(table.location());
    }

    /**
     * Finds the table.
     *
     * @throws QueryFailure where it isn't there, or its files aren't on this machine's disk
     */
    static ColdTier open(Map<String, String> settings) {
        @Nullable Catalog catalog = null;
        try {
            catalog = CatalogUtil.buildIcebergCatalog(CATALOG, settings, null);
            ColdTier tier = new ColdTier(catalog, catalog.loadTable(TABLE));
            tier.requireLocal(tier.folder);
            return tier;
        } catch (RuntimeException e) {
            close(catalog);
            if (e instanceof QueryFailure) {
                throw e;
            }
            LOG.debug("the cold tier's catalog", e);
            throw QueryFailure.away(
                    e instanceof NoSuchTableException
                            ? "the cold tier has no table yet"
                            : "the cold tier's catalog doesn't answer");
        }
    }

    /** Under which all its files are. */
    String folder() {
        return folder;
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
     * Paths of the data files of the snapshot that may have rows which pass.
     *
     * @throws QueryFailure where there is one that can't be read as it is
     */
    List<String> files(Filter filter) {
        List<String> files = new ArrayList<>();
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
                String path = LocalFiles.path(task.file().location());
                requireLocal(path);
                files.add(path);
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireLocal(String path) {
        if (path.contains("://") || !(path + "/").startsWith(folder + "/")) {
            throw QueryFailure.away("the cold tier has " + path
                    + ": only files in the table's folder on this machine's disk are read here");
        }
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
