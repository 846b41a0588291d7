/**
 * The benchmark of the gateway: one broker, the gateway and its peers one after the other, each in a process of its own,
 * under the same load; what comes out is processor time per message, latency, and what was lost.
 */
@NullMarked
package io.headrace.bench;

import org.jspecify.annotations.NullMarked;
