package io.headrace.gateway.coap;

import io.headrace.gateway.coap.dtls.Session;
import io.headrace.gateway.identity.Verdict;
import org.eclipse.californium.core.coap.Request;

/** With DTLS the session says whose its requests are; the sender's address is proven, and needs no other care. */
final class SessionCaller implements Caller {
    @Override
    public Verdict identify(Request request, Target target) {
        return Session.of(request.getSourceContext().getPeerIdentity())
                .map(Session::verdict)
                .orElseGet(() -> new Verdict.Rejected(Verdict.Refusal.BAD_CREDENTIALS));
    }

    @Override
    public int room(Request request) {
        return Integer.MAX_VALUE;
    }
}
