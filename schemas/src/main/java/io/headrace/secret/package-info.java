/** Secrets at rest: device keys go in with what they belong to, sealed bytes come out, and the other way round. */
@NullMarked
package io.headrace.secret;

import org.jspecify.annotations.NullMarked;
