/**
 * Schema registry: schemas go in, ids come out, and the other way round, over the public REST protocol that Confluent
 * Schema Registry, Apicurio ({@code ccompat/v7}), Karapace and Redpanda speak. Ids never change their schema, so what
 * was answered once is kept for ever.
 */
@NullMarked
package io.headrace.registry;

import org.jspecify.annotations.NullMarked;
