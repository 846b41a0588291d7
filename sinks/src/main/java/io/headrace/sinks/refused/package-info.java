/** What becomes of a record that a sink can never store: it goes to the connector's dead-letter topic, alone. */
@NullMarked
package io.headrace.sinks.refused;

import org.jspecify.annotations.NullMarked;
