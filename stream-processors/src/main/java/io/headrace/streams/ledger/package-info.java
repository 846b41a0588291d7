/**
 * The ledger: the outcome of each raw record comes in, pages of outcomes by partition and offset go out to
 * {@code telemetry.ledger}. Kept are all pages whose messages the raw topic may still hold.
 */
@NullMarked
package io.headrace.streams.ledger;

import org.jspecify.annotations.NullMarked;
