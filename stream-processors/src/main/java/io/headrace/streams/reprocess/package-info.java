/**
 * Processors over history. A stretch of time and a configuration come in; the chosen processors read what was received
 * then, as an application of their own, and write into shadow topics; how that differs from what the live application
 * wrote goes out. Kept are the shadow topics, until they are removed; the live application's topics, group and state are
 * read at most.
 */
@NullMarked
package io.headrace.streams.reprocess;

import org.jspecify.annotations.NullMarked;
