/**
 * Alerts: what the processors write is followed and shown; what people want of an alert goes out as a command to the
 * processor that holds it. Kept: the newest record of each of the latest alerts.
 */
@NullMarked
package io.headrace.control.alerts;

import org.jspecify.annotations.NullMarked;
