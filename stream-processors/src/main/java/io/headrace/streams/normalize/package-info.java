/**
 * From accepted messages to readings: raw records come in; readings, dead letters with their reason, and one outcome for
 * each record go out. Kept are the facts of each registered device, and for a while the identities of messages, to know a
 * message that comes twice.
 */
@NullMarked
package io.headrace.streams.normalize;

import org.jspecify.annotations.NullMarked;
