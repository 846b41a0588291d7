/**
 * Fits models of wear to devices that failed, and tests them on devices that they haven't seen. Lives come in, a model and
 * its error come out. Nothing is kept.
 */
@NullMarked
package io.headrace.wear.fit;

import org.jspecify.annotations.NullMarked;
