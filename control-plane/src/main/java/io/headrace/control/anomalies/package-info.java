/**
 * Anomalies: what the processors write is shown; what people say of an anomaly goes out as feedback to the processor that
 * watches its metric. Kept: the newest record of each of the latest anomalies.
 */
@NullMarked
package io.headrace.control.anomalies;

import org.jspecify.annotations.NullMarked;
