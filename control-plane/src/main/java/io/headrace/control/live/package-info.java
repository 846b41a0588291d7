/**
 * What is going on now: the ledger, dead letters, windows and anomalies come in as they are written, and out go counts,
 * rates and recent results, on request or pushed once a second. Kept is a bounded amount of each, all of it to be read
 * again after a restart.
 */
@NullMarked
package io.headrace.control.live;

import org.jspecify.annotations.NullMarked;
