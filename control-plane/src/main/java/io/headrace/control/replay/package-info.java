/**
 * Dead letters on their way back: a selection of letters comes in, the messages go out to {@code telemetry.replay} at a
 * bounded rate, or the processors are asked what would become of them. Kept in {@code control.replays} is how far each
 * replay has come, in the same transaction as what it replayed: whoever goes on with it does so exactly there.
 */
@NullMarked
package io.headrace.control.replay;

import org.jspecify.annotations.NullMarked;
