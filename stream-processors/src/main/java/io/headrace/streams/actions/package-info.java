/**
 * Actions: alerts go in with what their rules say is to be done; commands to devices and notifications for people come out,
 * each once. Kept: for each action that was done its id, for as long as its alert could come again and be acted upon.
 */
@NullMarked
package io.headrace.streams.actions;

import org.jspecify.annotations.NullMarked;
