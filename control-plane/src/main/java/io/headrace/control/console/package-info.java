/** The console: files of one page come from the class path, and go out as they are. Nothing is kept but their bytes. */
@NullMarked
package io.headrace.control.console;

import org.jspecify.annotations.NullMarked;
