/**
 * What happens to devices' connections, told to {@code device.events}. Events are for people and rules: they are
 * bounded, and give way where telemetry needs the room; what is lost is counted.
 */
@NullMarked
package io.headrace.gateway.events;

import org.jspecify.annotations.NullMarked;
