package io.headrace.control.query;

import static io.headrace.control.query.Duck.COPIED;

import io.headrace.control.query.Filter.Operator;
import io.headrace.control.query.Plan.Scan;
import io.headrace.control.query.Relation.Column;
import io.headrace.control.query.Relation.ColumnType;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/**
 * Puts in place of each empty table that a plan reads what the tiers have for it.
 *
 * <p>{@code readings} of both tiers are all rows of the cold one, and those of the warm one whose reading isn't in the
 * cold one. Which those are is found by the readings' identities, 32 offsets of raw to a number, so that of a tier that
 * is large and of which the other lacks little, little travels. Every column that a reading's rows share is the same in
 * both tiers, so conditions on them may be applied before.
 */
final class Loader {
    private static final List<Column> IDENTITIES = List.of(
            new Column("p", ColumnType.INTEGER),
            new Column("i", ColumnType.INTEGER),
            new Column("block", ColumnType.BIGINT),
            new Column("bits", ColumnType.BIGINT),
            new Column("first_at", ColumnType.TIMESTAMPTZ),
            new Column("last_at", ColumnType.TIMESTAMPTZ));
    private static final List<Column> IN_FILES = List.of(
            new Column("device_id", ColumnType.VARCHAR),
            new Column("observed_at", ColumnType.TIMESTAMPTZ),
            new Column("received_at", ColumnType.TIMESTAMPTZ),
            new Column("clock", ColumnType.VARCHAR),
            new Column("device_time", ColumnType.TIMESTAMPTZ),
            new Column("origin_partition", ColumnType.INTEGER),
            new Column("origin_offset", ColumnType.BIGINT),
            new Column("origin_index", ColumnType.INTEGER),
            new Column("channel", ColumnType.VARCHAR),
            new Column("message_id", ColumnType.VARCHAR),
            new Column("sequence", ColumnType.BIGINT),
            new Column("numbers", ColumnType.NUMBERS),
            new Column("texts", ColumnType.TEXTS),
            new Column("tags", ColumnType.TEXTS));
    private static final Set<String> IDENTITY = Set.of("origin_partition", "origin_offset", "origin_index");

    private final Duck duck;
    private final @Nullable WarmTier warm;
    private final @Nullable ColdTier cold;

    /**
     * @param warm null where nothing of it is needed; its moment is before the one at which the cold tier is looked at,
     *     so a reading that has come into the cold tier meanwhile isn't missed in either
     * @param cold null where nothing of it is needed
     */
    Loader(Duck duck, @Nullable WarmTier warm, @Nullable ColdTier cold) {
        this.duck = duck;
        this.warm = warm;
        this.cold = cold;
    }

    void load(Plan plan) throws SQLException {
        if (cold != null) {
            cold.refresh();
        }
        for (Relation relation : Relation.values()) {
            Optional<Scan> scan = plan.find(relation);
            if (scan.isEmpty()) {
                continue;
            }
            switch (relation) {
                case READINGS -> loadReadings(scan.get());
                case COLD_READINGS -> loadCold(scan.get());
                case WARM_READINGS, AGGREGATES, ANOMALIES, ALERTS, PREDICTIONS ->
                    replace(relation, copy(relation, scan.get()));
            }
        }
    }

    private void loadReadings(Scan scan) throws SQLException {
        Relation relation = Relation.READINGS;
        Filter shared = scan.filter().onlyOn(Relation.OF_WHOLE_READING);
        List<String> files = cold == null ? List.of() : cold.files(shared);
        if (files.isEmpty()) {
            if (warm != null) {
                replace(relation, copy(relation, scan));
            }
            return;
        }
        String rows = "SELECT " + names(relation.columns()) + " FROM " + exploded(files);
        replace(relation, warm == null ? rows : rows + notInCold(scan, shared, files));
    }

    /** What has to be added to the rows of the cold tier; empty for nothing. */
    private String notInCold(Scan scan, Filter shared, List<String> files) throws SQLException {
        create("identities", IDENTITIES);
        try (DuckDBAppender into = duck.append("identities")) {
            warm().copyIdentities(scan.filter(), IDENTITIES, into);
        }
        FilterSql where = FilterSql.forDuckDb(shared);
        duck.execute("""
                CREATE TABLE copied.missing AS
                SELECT w.p, w.i, w.block, w.bits & (~coalesce(c.bits, 0)) AS bits, w.first_at, w.last_at
                FROM copied.identities w LEFT JOIN (
                    SELECT origin_partition AS p, origin_index AS i, origin_offset >> %d AS block,
                        bit_or(1::BIGINT << (origin_offset & 31)) AS bits
                    FROM %s WHERE %s GROUP BY ALL) c
                ON w.p = c.p AND w.i = c.i AND w.block = c.block
                WHERE (w.bits & (~coalesce(c.bits, 0))) <> 0
                """.formatted(WarmTier.BLOCK_BITS, parquet(files), where.condition()), where.constants());
        Optional<Filter> when = timesOfMissing();
        if (when.isEmpty()) {
            return "";
        }
        Set<String> columns = new HashSet<>(scan.columns());
        columns.addAll(IDENTITY);
        Scan wanted = new Scan(columns, Filter.all(List.of(scan.filter(), when.get())));
        copy(Relation.READINGS, wanted);
        duck.execute("""
                CREATE TABLE copied.not_in_cold AS
                SELECT r.* FROM copied.main_readings r JOIN copied.missing m
                ON m.p = r.origin_partition AND m.i = r.origin_index AND m.block = r.origin_offset >> %d
                WHERE ((m.bits >> (r.origin_offset & 31)) & 1) = 1
                """.formatted(WarmTier.BLOCK_BITS));
        return " UNION ALL " + selected(Relation.READINGS, copied(Relation.READINGS, wanted), "not_in_cold");
    }

    /** From the first to the last; empty where nothing is missing. */
    private Optional<Filter> timesOfMissing() throws SQLException {
        List<Filter> bounds = new ArrayList<>();
        duck.read("SELECT min(first_at), max(last_at) FROM copied.missing HAVING count(*) > 0", rows -> {
            if (rows.next()) {
                bounds.add(bound(Operator.GREATER_OR_EQUAL, rows.getObject(1, OffsetDateTime.class)));
                bounds.add(bound(Operator.LESS_OR_EQUAL, rows.getObject(2, OffsetDateTime.class)));
            }
        });
        return bounds.isEmpty() ? Optional.empty() : Optional.of(Filter.all(bounds));
    }

    private static Filter bound(Operator operator, OffsetDateTime time) {
        return new Filter.Compare("observed_at", operator, time.toInstant());
    }

    private void loadCold(Scan scan) throws SQLException {
        if (cold == null) {
            throw QueryFailure.wrong("cold.readings must be named in the statement itself");
        }
        Set<String> columns = IN_FILES.stream().map(Column::name).collect(Collectors.toUnmodifiableSet());
        List<String> files = cold.files(scan.filter().onlyOn(columns));
        if (!files.isEmpty()) {
            replace(
                    Relation.COLD_READINGS,
                    "SELECT " + names(Relation.COLD_READINGS.columns()) + " FROM " + exploded(files));
        }
    }

    /** Copies what is needed of the warm tier's table; a SELECT of all columns of the relation from there. */
    private String copy(Relation relation, Scan scan) throws SQLException {
        List<Column> columns = copied(relation, scan);
        String table = relation.table().replace('.', '_');
        create(table, columns);
        try (DuckDBAppender into = duck.append(table)) {
            warm().copy(relation, columns, scan.filter(), into);
        }
        return selected(relation, columns, table);
    }

    private static List<Column> copied(Relation relation, Scan scan) {
        List<Column> columns = relation.columns().stream()
                .filter(column -> scan.columns().contains(column.name()))
                .toList();
        return columns.isEmpty() ? List.of(relation.columns().getFirst()) : columns;
    }

    /** With nothing in the columns that nobody looks at. */
    private static String selected(Relation relation, List<Column> copied, String table) {
        return relation.columns().stream()
                .map(column -> (copied.contains(column)
                                ? value(column)
                                : "CAST(NULL AS " + column.type().sql() + ")") + " AS " + column.name())
                .collect(Collectors.joining(", ", "SELECT ", " FROM " + COPIED + "." + table));
    }

    private static String value(Column column) {
        return column.type() == ColumnType.INTERVAL ? "to_microseconds(" + column.name() + ")" : column.name();
    }

    private void create(String table, List<Column> columns) throws SQLException {
        duck.execute(columns.stream()
                .map(column -> column.name() + " "
                        + (column.type() == ColumnType.INTERVAL ? ColumnType.BIGINT : column.type()).sql())
                .collect(Collectors.joining(", ", "CREATE TABLE " + COPIED + "." + table + " (", ")")));
    }

    private void replace(Relation relation, String select) throws SQLException {
        duck.execute("DROP TABLE " + relation.table());
        duck.execute("CREATE VIEW " + relation.table() + " AS " + select);
    }

    private WarmTier warm() {
        if (warm == null) {
            throw QueryFailure.wrong("no warm tier is configured here: control-plane.query.postgres.url");
        }
        return warm;
    }

    private static String names(List<Column> columns) {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    /** A row for each metric, as the warm tier has them. */
    private String exploded(List<String> files) {
        return "(SELECT *, numbers[metric] AS value, texts[metric] AS text_value FROM"
                + " (SELECT *, unnest(list_distinct(map_keys(numbers) || map_keys(texts))) AS metric FROM "
                + parquet(files) + "))";
    }

    /** By the ids of Iceberg's fields, so that a column that was added or renamed is found in files old and new. */
    private String parquet(List<String> files) {
        ColdTier table = Objects.requireNonNull(cold);
        String list = files.stream().map(Duck::quoted).collect(Collectors.joining(", ", "[", "]"));
        String fields = IN_FILES.stream()
                .map(column -> table.fieldId(column.name()) + ": {name: '" + column.name() + "', type: '"
                        + column.type().sql() + "', default_value: NULL}")
                .collect(Collectors.joining(", ", "MAP {", "}"));
        return "read_parquet(" + list + ", hive_partitioning = false, schema = " + fields + ")";
    }
}
