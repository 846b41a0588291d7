/** Tests of the ledger. */
@NullMarked
package io.headrace.streams.ledger;

import org.jspecify.annotations.NullMarked;
