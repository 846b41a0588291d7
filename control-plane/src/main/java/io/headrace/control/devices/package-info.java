/**
 * Devices: requests to make, list, switch and delete them come in, records of {@code device.registry} and answers go
 * out, new keys among them exactly once. Kept is the table of devices with their keys sealed.
 */
@NullMarked
package io.headrace.control.devices;

import org.jspecify.annotations.NullMarked;
