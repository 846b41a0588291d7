package io.headrace.streams.alerts;

import io.headrace.record.Alert;
import io.headrace.record.AlertChange;
import java.util.ArrayList;
import java.util.List;

/** What has happened to an alert, bounded: of too many changes the first and the newest stay. */
public final class AlertHistory {
    private static final int MOST_CHANGES = 16;

    private AlertHistory() {}

    /** The alert's history and one more change. */
    public static List<AlertChange> plus(Alert alert, AlertChange change) {
        List<AlertChange> history = new ArrayList<>(alert.getHistory());
        if (history.size() >= MOST_CHANGES) {
            history.remove(1);
        }
        history.add(change);
        return history;
    }
}
