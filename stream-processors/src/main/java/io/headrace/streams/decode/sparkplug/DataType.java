package io.headrace.streams.decode.sparkplug;

import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Rejection;

/** What a metric's value is (Sparkplug 3.0, 6.4.16), by its number. */
enum DataType {
    UNKNOWN(0),
    INT8(1),
    INT16(2),
    INT32(3),
    INT64(4),
    UINT8(5),
    UINT16(6),
    UINT32(7),
    UINT64(8),
    FLOAT(9),
    DOUBLE(10),
    BOOLEAN(11),
    STRING(12),
    DATE_TIME(13),
    TEXT(14),
    UUID(15),
    DATA_SET(16),
    BYTES(17),
    FILE(18),
    TEMPLATE(19),
    PROPERTY_SET(20),
    PROPERTY_SET_LIST(21),
    INT8_ARRAY(22),
    INT16_ARRAY(23),
    INT32_ARRAY(24),
    INT64_ARRAY(25),
    UINT8_ARRAY(26),
    UINT16_ARRAY(27),
    UINT32_ARRAY(28),
    UINT64_ARRAY(29),
    FLOAT_ARRAY(30),
    DOUBLE_ARRAY(31),
    BOOLEAN_ARRAY(32),
    STRING_ARRAY(33),
    DATE_TIME_ARRAY(34);

    private static final DataType[] BY_NUMBER = new DataType[values().length];

    static {
        for (DataType type : values()) {
            BY_NUMBER[type.number] = type;
        }
    }

    private final int number;

    DataType(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Of a number that {@link #number} gave. */
    static DataType ofKnown(int number) {
        return BY_NUMBER[number];
    }

    static DataType of(long number) throws Rejection {
        if (number < 0 || number >= BY_NUMBER.length) {
            throw new Rejection(Reason.MALFORMED_SPARKPLUG, "there is no datatype " + number);
        }
        return BY_NUMBER[(int) number];
    }
}
