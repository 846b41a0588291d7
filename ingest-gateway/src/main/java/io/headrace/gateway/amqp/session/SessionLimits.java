package io.headrace.gateway.amqp.session;

import java.time.Duration;

/**
 * What a connection grants.
 *
 * @param containerId names this gateway to its peers
 * @param maxFrame bytes of the largest frame that is taken
 * @param maxSessions of one connection
 * @param maxLinks of one session
 * @param creditWindow messages of one link that may be under way, or not settled yet
 * @param maxPayload bytes of the largest payload
 * @param maxMessage bytes of the largest message, everything around its payload included
 * @param idleTimeout what a peer is told; one that is silent for twice as long is cut off
 */
public record SessionLimits(
        String containerId,
        int maxFrame,
        int maxSessions,
        int maxLinks,
        int creditWindow,
        int maxPayload,
        int maxMessage,
        Duration idleTimeout) {}
