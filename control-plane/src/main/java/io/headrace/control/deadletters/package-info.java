/**
 * Dead letters: questions about them come in, and what {@code *.dlq} topics hold goes out, newest first, with a bounded
 * amount of reading for each question. Nothing is kept.
 */
@NullMarked
package io.headrace.control.deadletters;

import org.jspecify.annotations.NullMarked;
