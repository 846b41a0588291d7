/**
 * Everything in one process: a configuration and a data folder come in, a running Headrace comes out, with its own
 * broker, schema registry, PostgreSQL, certificate authority, keys and tokens. All that is kept is in the data folder;
 * started again on it, Headrace goes on where it stopped, however it stopped.
 */
@NullMarked
package io.headrace.standalone;

import org.jspecify.annotations.NullMarked;
