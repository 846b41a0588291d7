/**
 * The processors as an application: configuration comes in, one Kafka Streams application of the chosen fragments runs
 * until it is closed. Everything a fragment does is in its own package; what they share is here.
 */
@NullMarked
package io.headrace.streams;

import org.jspecify.annotations.NullMarked;
