@NullMarked
package io.headrace.streams.reprocess;

import org.jspecify.annotations.NullMarked;
