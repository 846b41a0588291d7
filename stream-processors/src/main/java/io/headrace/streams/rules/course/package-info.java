/**
 * How far the alerts about a device have come. What a reading says of a rule comes in, whether an alert is raised or
 * cleared goes out. Kept, by device, in one entry: for each rule its course and the few numbers that it remembers, the
 * last values of what rules watch, and the windows that conditions ask for.
 */
@NullMarked
package io.headrace.streams.rules.course;

import org.jspecify.annotations.NullMarked;
