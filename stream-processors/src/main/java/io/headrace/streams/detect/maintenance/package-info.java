/**
 * Maintenance: when somebody works on devices, so that what those measure means nothing. The records of {@code
 * config.maintenance} come in; whether a device was in maintenance at a point of event time comes out. Kept: all of them,
 * in memory.
 */
@NullMarked
package io.headrace.streams.detect.maintenance;

import org.jspecify.annotations.NullMarked;
