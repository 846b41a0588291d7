/**
 * Readings of the past, from where they are stored: asked of the control plane, put together again, and handed over one by
 * one in the order in which they were received. Nothing is kept.
 */
@NullMarked
package io.headrace.history;

import org.jspecify.annotations.NullMarked;
