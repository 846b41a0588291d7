@NullMarked
package io.headrace.history;

import org.jspecify.annotations.NullMarked;
