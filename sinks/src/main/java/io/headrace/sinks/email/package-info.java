/**
 * Notifications to people by e-mail: records go in, mails go out to an SMTP server, at least once, and no more to one address
 * than a person can read. One connector is one server. Kept: what isn't delivered yet, which Kafka has, too.
 *
 * <p>Start reading at {@link io.headrace.sinks.email.Outbox}.
 */
@NullMarked
package io.headrace.sinks.email;

import org.jspecify.annotations.NullMarked;
