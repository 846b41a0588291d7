/**
 * The control plane: requests of operators come in over HTTP, and out go changes of the registry and the routes to
 * Kafka, answers read from Kafka and from the processors, and the console. It shares nothing with the data plane but
 * topics; what it keeps in memory it can read again.
 */
@NullMarked
package io.headrace.control;

import org.jspecify.annotations.NullMarked;
