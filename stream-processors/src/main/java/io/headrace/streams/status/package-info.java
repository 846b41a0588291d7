/**
 * How the application does: its topology, and for each task of this instance what it reads, how far behind it is, and how
 * large its state is, come in from Kafka Streams; JSON and meters go out. Kept is what restoring and standby stores have
 * yet to read.
 */
@NullMarked
package io.headrace.streams.status;

import org.jspecify.annotations.NullMarked;
