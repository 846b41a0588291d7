/**
 * The running account: all that is written about messages comes in as it is written, and what isn't accounted for is known
 * at any time, by raw partition and minute, without reading a week again. Kept in memory is what is open, and counts of
 * what is closed; a snapshot of both goes to {@code control.account} with the positions up to which it has read.
 *
 * <p>The rules ({@link io.headrace.control.account.PartitionAccount}, {@link io.headrace.control.account.OpenWindows},
 * {@link io.headrace.control.account.SinkAccount}) know nothing of Kafka; {@link
 * io.headrace.control.account.AccountReader} feeds them, {@link io.headrace.control.account.Accountant} runs it.
 */
@NullMarked
package io.headrace.control.account;

import org.jspecify.annotations.NullMarked;
