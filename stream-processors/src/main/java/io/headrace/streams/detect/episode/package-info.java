/**
 * The life of anomalies. What a detector finds in a metric's values goes in, one after the other; that an episode begins,
 * grows worse or has ended comes out, once for each. Kept: for each device and metric its last values, the episode that is
 * open, the newest record of the last one, and what people said of earlier ones. Nothing of Kafka, no clock.
 */
@NullMarked
package io.headrace.streams.detect.episode;

import org.jspecify.annotations.NullMarked;
