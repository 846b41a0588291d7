@NullMarked
package io.headrace.streams.mapping;

import org.jspecify.annotations.NullMarked;
