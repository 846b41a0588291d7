package io.headrace.sinks.cold;

import org.apache.iceberg.connect.IcebergSinkConnector;
import org.apache.kafka.connect.connector.Task;

/** Iceberg's own sink connector, with its settings, whose tasks make the table and outlast an outage: {@link ColdSinkTask}. */
public final class ColdSinkConnector extends IcebergSinkConnector {
    @Override
    public Class<? extends Task> taskClass() {
        return ColdSinkTask.class;
    }
}
