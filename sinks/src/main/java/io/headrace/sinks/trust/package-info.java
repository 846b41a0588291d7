/** Whom sinks trust. A file goes in, what TLS asks for comes out; nothing is kept. */
@NullMarked
package io.headrace.sinks.trust;

import org.jspecify.annotations.NullMarked;
