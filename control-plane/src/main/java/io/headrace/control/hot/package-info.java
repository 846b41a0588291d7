/**
 * Hot values: questions about a device's latest and recent values, and about the processors themselves, come in, are asked
 * of the processors over HTTP, and their answers go out. Nothing is kept.
 */
@NullMarked
package io.headrace.control.hot;

import org.jspecify.annotations.NullMarked;
