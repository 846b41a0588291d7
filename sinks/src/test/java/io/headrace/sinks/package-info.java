/** What the tests of several sinks share. */
@NullMarked
package io.headrace.sinks;

import org.jspecify.annotations.NullMarked;
