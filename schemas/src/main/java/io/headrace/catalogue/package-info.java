/**
 * What flows through Kafka: every topic with its key, value, partitions and retention, every header that a record may
 * carry, and the codes that headers and ledger use. Nothing outside this package spells a topic or a header.
 */
@NullMarked
package io.headrace.catalogue;

import org.jspecify.annotations.NullMarked;
