/**
 * Commands to devices: what people want of a device goes out to whichever gateway it is connected to; what becomes of it
 * comes back and is shown. Kept: the latest commands with their results, within bounds.
 */
@NullMarked
package io.headrace.control.commands;

import org.jspecify.annotations.NullMarked;
