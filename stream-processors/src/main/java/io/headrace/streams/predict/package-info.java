/**
 * What is left of devices' lives. In: readings, and the models of {@code config.models}. Out: {@code telemetry.predictions},
 * and each prediction as a reading for the rules. Kept: of each device that a model is about, what that remembers of it.
 */
@NullMarked
package io.headrace.streams.predict;

import org.jspecify.annotations.NullMarked;
