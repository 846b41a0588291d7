@NullMarked
package io.headrace.streams.state;

import org.jspecify.annotations.NullMarked;
