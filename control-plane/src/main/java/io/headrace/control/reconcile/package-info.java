/**
 * The proof that nothing is lost: all records of the hub's telemetry topics come in, and out goes one report that counts
 * every message and every value and names those that aren't where they should be. Nothing is kept between two runs.
 *
 * <p>The rules ({@link io.headrace.control.reconcile.MessageBook}, {@link io.headrace.control.reconcile.WindowBook})
 * know nothing of Kafka; {@link io.headrace.control.reconcile.Reconciliation} feeds them.
 */
@NullMarked
package io.headrace.control.reconcile;

import org.jspecify.annotations.NullMarked;
