/**
 * The gateway's path to Kafka: messages of authenticated devices go in, receipts come out once Kafka has them with
 * acks=all. Protocol adapters know {@link io.headrace.gateway.ingest.Ingest} and nothing behind it.
 */
@NullMarked
package io.headrace.gateway.ingest;

import org.jspecify.annotations.NullMarked;
