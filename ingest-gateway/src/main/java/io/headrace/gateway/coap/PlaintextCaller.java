package io.headrace.gateway.coap;

import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.Identities;
import io.headrace.gateway.identity.Remote;
import io.headrace.gateway.identity.Verdict;
import org.eclipse.californium.core.coap.Request;

/** Without DTLS each request names its device, and shows a key or a token where that is asked for. */
final class PlaintextCaller implements Caller {
    /** An answer may be three times as large as what it answers, so that forged senders gain nothing (RFC 7252 §11.3). */
    private static final int AMPLIFICATION = 3;

    /** All of an answer but its explanation, with an acknowledgement before it and the token in it. */
    private static final int REST_OF_ANSWER = 28;

    private final Identities identities;
    private final boolean authenticated;

    PlaintextCaller(Identities identities, boolean authenticated) {
        this.identities = identities;
        this.authenticated = authenticated;
    }

    @Override
    public Verdict identify(Request request, Target target) {
        Credentials shown = authenticated
                ? new Credentials.Password(target.device(), target.password())
                : new Credentials.Anonymous(target.device());
        return identities.authenticate(
                shown, Remote.of("coap", request.getSourceContext().getPeerAddress()));
    }

    @Override
    public int room(Request request) {
        return AMPLIFICATION * request.getBytes().length - REST_OF_ANSWER;
    }
}
