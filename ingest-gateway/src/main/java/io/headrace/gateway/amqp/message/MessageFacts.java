package io.headrace.gateway.amqp.message;

import io.headrace.catalogue.Headers;
import io.headrace.gateway.amqp.codec.Condition;
import io.headrace.gateway.amqp.codec.ScalarText;
import io.headrace.gateway.amqp.codec.TypeReader;
import io.headrace.gateway.amqp.codec.Violation;
import io.headrace.gateway.edge.TraceContext;
import io.headrace.gateway.ingest.Message.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the sections before the body say, as facts. Application properties travel under {@link Headers#PROPERTY_PREFIX},
 * except those of W3C's trace context, so that no device can write a fact of the gateway's.
 */
final class MessageFacts {
    private static final Fact PROTOCOL = new Fact(Headers.PROTOCOL, "amqp");
    private static final int MAX_PROPERTIES = 128;
    private static final int LONGEST_NAME = 64;

    private final List<Fact> facts = new ArrayList<>();
    private final long now;
    private long expiresAt = -1;
    private Optional<String> traceParent = Optional.empty();
    private Optional<String> traceState = Optional.empty();

    MessageFacts(String channel, long now) {
        this.now = now;
        facts.add(PROTOCOL);
        if (!channel.isEmpty()) {
            facts.add(new Fact(Headers.CHANNEL, channel));
        }
    }

    List<Fact> list() {
        if (expiresAt >= 0) {
            facts.add(new Fact(Headers.EXPIRES_AT, Long.toString(expiresAt)));
        }
        if (traceParent.isPresent()) {
            facts.addAll(TraceContext.facts(
                    List.of(traceParent.get()), traceState.map(List::of).orElse(List.of())));
        }
        return facts;
    }

    /** Section 3.2.1: of its fields only the time to live says something about telemetry. */
    void header(TypeReader in) throws Violation {
        in.enterList();
        in.skipField(); // durable
        in.skipField(); // priority
        if (in.hasField()) {
            expiresAt = now + in.uint();
        }
        in.leave();
    }

    /** Section 3.2.4. */
    void properties(TypeReader in) throws Violation {
        in.enterList();
        if (in.hasField()) {
            add(Headers.MESSAGE_ID, identifier(in));
        }
        in.skipField(); // user-id: the connection says who it is
        in.skipField(); // to: the link says where it goes
        in.skipField(); // subject
        in.skipField(); // reply-to
        if (in.hasField()) {
            add(Headers.CORRELATION_ID, identifier(in));
        }
        if (in.hasField()) {
            add(Headers.CONTENT_TYPE, in.symbol());
        }
        if (in.hasField()) {
            add(Headers.CONTENT_ENCODING, in.symbol());
        }
        if (in.hasField()) {
            expiresAt = Math.max(0, in.timestamp());
        }
        if (in.hasField()) {
            facts.add(new Fact(Headers.DEVICE_TIME, Long.toString(in.timestamp())));
        }
        in.leave();
    }

    private static String identifier(TypeReader in) throws Violation {
        if (!ScalarText.isNext(in)) {
            throw new Violation(Condition.DECODE_ERROR, "an identifier is not a single value");
        }
        return ScalarText.read(in);
    }

    private void add(String name, String value) {
        if (!value.isEmpty()) {
            facts.add(new Fact(name, clean(value)));
        }
    }

    /** Section 3.2.5: null says nothing, and what is no single value isn't one of these. */
    void application(TypeReader in) throws Violation {
        in.enterMap();
        if (in.fieldsLeft() > 2 * MAX_PROPERTIES) {
            throw new Violation(Condition.DECODE_ERROR, "more than " + MAX_PROPERTIES + " application properties");
        }
        while (in.fieldsLeft() > 0) {
            if (!in.hasField()) {
                throw new Violation(Condition.DECODE_ERROR, "an application property has no name");
            }
            String name = in.string();
            if (!in.hasField()) {
                continue;
            }
            if (ScalarText.isNext(in)) {
                application(name, clean(ScalarText.read(in)));
            } else {
                in.skip();
            }
        }
        in.leave();
    }

    private void application(String name, String value) {
        switch (name) {
            case "traceparent" -> traceParent = Optional.of(value);
            case "tracestate" -> traceState = Optional.of(value);
            default -> facts.add(new Fact(header(name), value));
        }
    }

    /** Name of a header for an application property: letters, digits, {@code - . _}; others become {@code _}. */
    private static String header(String name) {
        StringBuilder header = new StringBuilder(Headers.PROPERTY_PREFIX);
        for (int i = 0; i < Math.min(name.length(), LONGEST_NAME); i++) {
            char c = name.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            header.append(plain || c == '-' || c == '.' ? c : '_');
        }
        return header.toString();
    }

    /** A header's value ends up in logs and on screens: control characters become spaces. */
    private static String clean(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return replaced(text);
            }
        }
        return text;
    }

    private static String replaced(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            clean.append(Character.isISOControl(c) ? ' ' : c);
        }
        return clean.toString();
    }
}
