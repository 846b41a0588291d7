package io.headrace.gateway.coap.command;

import java.util.concurrent.Executor;
import org.eclipse.californium.core.coap.CoAP.Code;
import org.eclipse.californium.core.coap.Request;
import org.eclipse.californium.core.coap.Token;
import org.eclipse.californium.core.network.Endpoint;
import org.eclipse.californium.core.network.Exchange;
import org.eclipse.californium.core.network.MessageExchangeStore;
import org.eclipse.californium.elements.EndpointContext;

/**
 * Whom notifications go to.
 *
 * @param peer as the listener tells peers apart
 * @param token of the request that began it
 * @param context where it came from
 * @param endpoint where it came to
 */
record Observer(Object peer, Token token, EndpointContext context, Endpoint endpoint) {
    /** Who has sent a request. */
    static Observer of(Exchange exchange) {
        Request request = exchange.getCurrentRequest();
        return new Observer(
                exchange.getPeersIdentity(), request.getToken(), request.getSourceContext(), exchange.getEndpoint());
    }

    /**
     * An exchange for one notification: the one that Californium remembers for the request must go on answering that as
     * before, should it come again.
     *
     * @param store forgets the notification's message id when it is over
     */
    Exchange exchange(MessageExchangeStore store, Executor loop) {
        Request asked = new Request(Code.GET);
        asked.setToken(token);
        asked.setSourceContext(context);
        asked.setAcknowledged(true);
        Exchange exchange = new Exchange(asked, peer, Exchange.Origin.REMOTE, loop);
        exchange.setEndpoint(endpoint);
        exchange.setRemoveHandler((over, _, messageId) -> {
            if (messageId != null) {
                store.remove(messageId, over);
            }
        });
        return exchange;
    }

    /** Whether it is the same observation of the same peer. */
    boolean isSame(Observer other) {
        return peer.equals(other.peer) && token.equals(other.token);
    }
}
