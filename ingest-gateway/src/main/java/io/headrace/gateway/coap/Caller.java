package io.headrace.gateway.coap;

import io.headrace.gateway.identity.Verdict;
import org.eclipse.californium.core.coap.Request;

/** Says whose a request is. On the listener's thread; no method blocks. */
interface Caller {
    Verdict identify(Request request, Target target);

    /** How many bytes of explanation an answer may have. */
    int room(Request request);
}
