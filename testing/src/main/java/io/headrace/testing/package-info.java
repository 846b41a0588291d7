/** Fakes that pass the contract of the real thing, and objects that watch a guarantee while a test tries to break it. */
@NullMarked
package io.headrace.testing;

import org.jspecify.annotations.NullMarked;
