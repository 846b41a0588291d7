/**
 * How much of a device's life is left: the means of its metrics go in, step by step, and what is likely to remain comes
 * out, by a model that was fitted to devices that failed. Kept of a device are averages of constant size. Processors
 * apply models, the command line fits and tests them ({@code io.headrace.wear.fit}), the control plane stores them: all
 * by the same fold.
 */
@NullMarked
package io.headrace.wear;

import org.jspecify.annotations.NullMarked;
