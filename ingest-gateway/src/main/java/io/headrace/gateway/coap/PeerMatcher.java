package io.headrace.gateway.coap;

import io.headrace.gateway.coap.dtls.Session;
import java.util.Optional;
import org.eclipse.californium.elements.EndpointContext;
import org.eclipse.californium.elements.EndpointContextMatcher;
import org.jspecify.annotations.Nullable;

/**
 * Who a peer is, for its message ids and for its answers: with DTLS the session, which lives on when the device's
 * address changes; without, the address.
 */
final class PeerMatcher implements EndpointContextMatcher {
    @Override
    public String getName() {
        return "session or address";
    }

    @Override
    public Object getEndpointIdentity(EndpointContext context) {
        Optional<Session> session = Session.of(context.getPeerIdentity());
        return session.isPresent() ? session.get() : context.getPeerAddress();
    }

    @Override
    public boolean isResponseRelatedToRequest(EndpointContext request, EndpointContext response) {
        return getEndpointIdentity(request).equals(getEndpointIdentity(response));
    }

    /** An answer leaves by the session that its request came in by, or not at all. */
    @Override
    public boolean isToBeSent(EndpointContext message, @Nullable EndpointContext connection) {
        return connection != null && getEndpointIdentity(message).equals(getEndpointIdentity(connection));
    }

    @Override
    public String toRelevantState(@Nullable EndpointContext context) {
        return context == null ? "nobody" : String.valueOf(context.getPeerAddress());
    }
}
