/**
 * Sparkplug B messages go in, with what the device's earlier ones said; samples, and what to remember for its later ones,
 * come out. What is kept is for whoever decodes to keep, see {@link io.headrace.streams.decode.Memory}.
 */
@NullMarked
package io.headrace.streams.decode.sparkplug;

import org.jspecify.annotations.NullMarked;
