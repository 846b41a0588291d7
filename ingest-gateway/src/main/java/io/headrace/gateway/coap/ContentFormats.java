package io.headrace.gateway.coap;

import io.headrace.catalogue.Headers;
import io.headrace.gateway.ingest.Message.Fact;
import java.util.List;
import java.util.Optional;

/** Content-Formats (IANA's registry of CoAP parameters) as facts of a message. */
final class ContentFormats {
    /** Of Californium, where the option isn't there. */
    static final int NONE = -1;

    private static final List<Fact> UNSAID = List.of();

    private ContentFormats() {}

    /** Content type, and encoding where there is one; empty for a format that nothing here can make sense of. */
    static Optional<List<Fact>> facts(int number) {
        return switch (number) {
            case NONE -> Optional.of(UNSAID);
            case 0 -> type("text/plain;charset=utf-8");
            case 42 -> type("application/octet-stream");
            case 50 -> type("application/json");
            case 60 -> type("application/cbor");
            case 110 -> type("application/senml+json");
            case 112 -> type("application/senml+cbor");
            case 11050 -> deflated("application/json");
            case 11060 -> deflated("application/cbor");
            default -> Optional.empty();
        };
    }

    private static Optional<List<Fact>> type(String mediaType) {
        return Optional.of(List.of(new Fact(Headers.CONTENT_TYPE, mediaType)));
    }

    private static Optional<List<Fact>> deflated(String mediaType) {
        return Optional.of(
                List.of(new Fact(Headers.CONTENT_TYPE, mediaType), new Fact(Headers.CONTENT_ENCODING, "deflate")));
    }
}
