/**
 * Models that tell how much of devices' lives is left, and what they told last: requests to store, switch and delete
 * models come in, records of {@code config.models} go out; {@code telemetry.predictions} comes in. Kept: the models, and the
 * newest prediction of each device and model.
 */
@NullMarked
package io.headrace.control.models;

import org.jspecify.annotations.NullMarked;
