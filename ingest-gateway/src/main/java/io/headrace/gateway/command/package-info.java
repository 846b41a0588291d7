/**
 * Commands to devices, whatever protocol they speak. What is asked for comes in from {@code device.commands}, and goes out
 * through {@link io.headrace.gateway.command.Commands} to the connection that the device has here; what becomes of it goes
 * to {@code device.command-results}. Kept in memory are the commands that wait for an answer, within bounds.
 */
@NullMarked
package io.headrace.gateway.command;

import org.jspecify.annotations.NullMarked;
