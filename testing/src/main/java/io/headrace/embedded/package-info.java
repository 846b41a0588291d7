/**
 * The servers that Headrace stands on, run by this process: a Kafka broker and a Connect worker in this JVM, a schema
 * registry and PostgreSQL as child processes that end with it. Each takes a port and, where it keeps anything, a
 * folder; started again on the same folder it goes on where it stopped, however it stopped. All listen on 127.0.0.1
 * only, without authentication: whoever may log in to the machine may use them.
 */
@NullMarked
package io.headrace.embedded;

import org.jspecify.annotations.NullMarked;
