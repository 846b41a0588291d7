package io.headrace.sinks.cold;

import java.time.LocalDate;
import java.util.function.Supplier;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;

/**
 * Deletes readings whose route keeps them for so many years. Those of one day and one route expire together, so a file is
 * written anew at most once for each length of time that routes have. The bytes go when the snapshots of before do.
 */
public final class ColdRetention {
    private final Supplier<? extends Catalog> catalogs;

    public ColdRetention(ColdCatalog where) {
        this(where::open);
    }

    /** @param catalogs opens one, which is closed again */
    ColdRetention(Supplier<? extends Catalog> catalogs) {
        this.catalogs = catalogs;
    }

    /** @param today in UTC */
    public ColdErasure.Result deleteExpired(LocalDate today) {
        Catalog catalog = catalogs.get();
        try {
            Table table = catalog.tableExists(ColdTable.NAME) ? catalog.loadTable(ColdTable.NAME) : null;
            if (table == null || table.schema().findField(ColdTable.EXPIRES_ON) == null) {
                return new ColdErasure.Result(0, 0);
            }
            return new RowDeletion(
                            table,
                            ColdTable.EXPIRES_ON,
                            Expressions.lessThanOrEqual(ColdTable.EXPIRES_ON, (int) today.toEpochDay()),
                            row -> isExpired(row, today))
                    .run();
        } finally {
            ColdTable.close(catalog);
        }
    }

    private static boolean isExpired(Record row, LocalDate today) {
        return row.getField(ColdTable.EXPIRES_ON) instanceof LocalDate day && !day.isAfter(today);
    }
}
