package io.headrace.gateway.coap;

import org.eclipse.californium.core.coap.CoAP.ResponseCode;
import org.eclipse.californium.core.coap.CoAPMessageFormatException;
import org.eclipse.californium.core.coap.Message;
import org.eclipse.californium.core.coap.option.StandardOptionRegistry;
import org.eclipse.californium.core.network.serialization.UdpDataParser;
import org.eclipse.californium.elements.util.DatagramReader;

/** Californium's parser, in which whatever is wrong with a message is one kind of answer, and never a stack trace. */
final class StrictParser extends UdpDataParser {
    StrictParser() {
        super(true, StandardOptionRegistry.STANDARD_OPTIONS);
    }

    @Override
    public void parseOptionsAndPayload(DatagramReader reader, Message message) {
        try {
            super.parseOptionsAndPayload(reader, message);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new CoAPMessageFormatException(
                    "malformed",
                    message.getToken(),
                    message.getMID(),
                    message.getRawCode(),
                    message.isConfirmable(),
                    ResponseCode.BAD_REQUEST);
        }
    }
}
