/**
 * State that changes with almost every record: objects come out and go in, and what of them has changed is written to
 * disk and changelog when the task commits, once, however often it changed in between. And topics that every instance knows
 * whole.
 */
@NullMarked
package io.headrace.streams.state;

import org.jspecify.annotations.NullMarked;
