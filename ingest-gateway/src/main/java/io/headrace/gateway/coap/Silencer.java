package io.headrace.gateway.coap;

import org.eclipse.californium.core.coap.Response;
import org.eclipse.californium.core.network.interceptors.MalformedMessageInterceptor;
import org.eclipse.californium.core.network.interceptors.MessageInterceptorAdapter;
import org.eclipse.californium.elements.RawData;

/** Counts what isn't a message, and keeps Californium's answer to it short: its code says enough. */
final class Silencer extends MessageInterceptorAdapter implements MalformedMessageInterceptor {
    private final CoapMeters meters;

    Silencer(CoapMeters meters) {
        this.meters = meters;
    }

    /** Answers of ours aren't internal ones. */
    @Override
    public void sendResponse(Response response) {
        if (response.isInternal()) {
            response.setPayload(new byte[0]);
            meters.answered(response.getCode());
        }
    }

    /** Nothing is asked of anybody here, so no response is one to a question of ours. */
    @Override
    public void receiveResponse(Response response) {
        response.setCanceled(true);
        meters.malformed.increment();
    }

    @Override
    public void receivedMalformedMessage(RawData datagram) {
        meters.malformed.increment();
    }
}
