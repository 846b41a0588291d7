/**
 * Whose time windows go by: readings come in, and what each does to the watermark of its device, or of its group, goes out.
 * Kept are the members of each group with their watermarks.
 */
@NullMarked
package io.headrace.streams.window.pace;

import org.jspecify.annotations.NullMarked;
