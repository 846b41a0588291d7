package io.headrace.gateway.amqp.codec;

import java.util.Map;

/** Numbers of the described types that are read here (annex of the standard's part 0: all are below 256). */
public final class Descriptor {
    static final int UNKNOWN = -1;
    static final int OPEN = 0x10;
    static final int BEGIN = 0x11;
    static final int ATTACH = 0x12;
    static final int FLOW = 0x13;
    static final int TRANSFER = 0x14;
    static final int DISPOSITION = 0x15;
    static final int DETACH = 0x16;
    static final int END = 0x17;
    static final int CLOSE = 0x18;
    static final int ERROR = 0x1D;
    static final int ACCEPTED = 0x24;
    static final int REJECTED = 0x25;
    static final int RELEASED = 0x26;
    static final int MODIFIED = 0x27;
    static final int SOURCE = 0x28;
    static final int TARGET = 0x29;
    static final int COORDINATOR = 0x30;
    static final int SASL_MECHANISMS = 0x40;
    static final int SASL_INIT = 0x41;
    static final int SASL_OUTCOME = 0x44;
    public static final int HEADER = 0x70;
    public static final int DELIVERY_ANNOTATIONS = 0x71;
    public static final int MESSAGE_ANNOTATIONS = 0x72;
    public static final int PROPERTIES = 0x73;
    public static final int APPLICATION_PROPERTIES = 0x74;
    public static final int DATA = 0x75;
    public static final int SEQUENCE = 0x76;
    public static final int VALUE = 0x77;
    public static final int FOOTER = 0x78;

    private static final Map<String, Integer> BY_SYMBOL = Map.ofEntries(
            Map.entry("amqp:open:list", OPEN),
            Map.entry("amqp:begin:list", BEGIN),
            Map.entry("amqp:attach:list", ATTACH),
            Map.entry("amqp:flow:list", FLOW),
            Map.entry("amqp:transfer:list", TRANSFER),
            Map.entry("amqp:disposition:list", DISPOSITION),
            Map.entry("amqp:detach:list", DETACH),
            Map.entry("amqp:end:list", END),
            Map.entry("amqp:close:list", CLOSE),
            Map.entry("amqp:error:list", ERROR),
            Map.entry("amqp:accepted:list", ACCEPTED),
            Map.entry("amqp:rejected:list", REJECTED),
            Map.entry("amqp:released:list", RELEASED),
            Map.entry("amqp:modified:list", MODIFIED),
            Map.entry("amqp:source:list", SOURCE),
            Map.entry("amqp:target:list", TARGET),
            Map.entry("amqp:coordinator:list", COORDINATOR),
            Map.entry("amqp:sasl-init:list", SASL_INIT),
            Map.entry("amqp:header:list", HEADER),
            Map.entry("amqp:delivery-annotations:map", DELIVERY_ANNOTATIONS),
            Map.entry("amqp:message-annotations:map", MESSAGE_ANNOTATIONS),
            Map.entry("amqp:properties:list", PROPERTIES),
            Map.entry("amqp:application-properties:map", APPLICATION_PROPERTIES),
            Map.entry("amqp:data:binary", DATA),
            Map.entry("amqp:amqp-sequence:list", SEQUENCE),
            Map.entry("amqp:amqp-value:*", VALUE),
            Map.entry("amqp:footer:map", FOOTER));

    private Descriptor() {}

    static int number(String symbol) {
        return BY_SYMBOL.getOrDefault(symbol, UNKNOWN);
    }
}
