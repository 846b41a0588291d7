/**
 * The gateway as a whole: its configuration goes in, listening sockets come out, wired to Kafka and to the view of
 * {@code device.registry}.
 */
@NullMarked
package io.headrace.gateway;

import org.jspecify.annotations.NullMarked;
