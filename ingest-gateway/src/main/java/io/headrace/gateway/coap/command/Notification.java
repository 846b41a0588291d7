package io.headrace.gateway.coap.command;

import org.eclipse.californium.core.coap.CoAP;
import org.eclipse.californium.core.coap.CoAP.ResponseCode;
import org.eclipse.californium.core.coap.Response;
import org.eclipse.californium.core.network.interceptors.MessageInterceptor;
import org.eclipse.californium.core.network.interceptors.MessageInterceptorAdapter;

/**
 * A confirmable notification. Californium takes the Observe option out of what isn't sent through an observation of its
 * own, and its own sends the latest state only, where each command is to be acknowledged; so it is put in as it leaves.
 */
public final class Notification extends Response {
    private final int number;

    /** @param number of RFC 7641 §4.4 */
    Notification(int number) {
        super(ResponseCode.CONTENT);
        this.number = number;
        setType(CoAP.Type.CON);
    }

    /** Puts the option in, on an endpoint. */
    public static MessageInterceptor numbering() {
        return new MessageInterceptorAdapter() {
            @Override
            public void sendResponse(Response response) {
                if (response instanceof Notification notification) {
                    notification.getOptions().setObserve(notification.number);
                }
            }
        };
    }
}
