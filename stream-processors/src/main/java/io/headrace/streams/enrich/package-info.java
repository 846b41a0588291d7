/**
 * From what a device sends to what its values mean: decoded values with the units that the payload declares come in, and
 * what the registry says of the device; values in the unit that the configuration wants, calibrated, with the device's
 * tags, go out. Kept is which conversion leads from one unit to another. Nothing here knows of Kafka, and no value is
 * ever lost: what can't be converted stays as it is, and is marked.
 */
@NullMarked
package io.headrace.streams.enrich;

import org.jspecify.annotations.NullMarked;
