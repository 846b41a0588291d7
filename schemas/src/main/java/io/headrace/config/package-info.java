/**
 * Configuration: a file of {@code key = value} lines goes in, typed values come out, and whatever is wrong with them
 * stops the start with one line that names key, value and range.
 */
@NullMarked
package io.headrace.config;

import org.jspecify.annotations.NullMarked;
