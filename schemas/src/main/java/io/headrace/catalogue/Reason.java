package io.headrace.catalogue;

/** Why a record is in a dead-letter topic: the value of {@link Headers#REASON}. Names are a public contract. */
public enum Reason {
    /** No content type, and the payload doesn't look like JSON. */
    UNKNOWN_CONTENT_TYPE,
    /** A content encoding other than identity, gzip, deflate and zstd. */
    UNKNOWN_CONTENT_ENCODING,
    /** The compressed payload is damaged. */
    MALFORMED_ENCODING,
    /** The payload inflates to more than the limit. */
    INFLATED_TOO_LARGE,
    /** The payload has no bytes. */
    EMPTY_PAYLOAD,
    MALFORMED_JSON,
    MALFORMED_CBOR,
    MALFORMED_SENML,
    MALFORMED_AVRO,
    /** Not in InfluxDB's line protocol; the detail names the line. */
    MALFORMED_LINE,
    /** A Sparkplug payload that can't be read, or whose values aren't of their datatypes. */
    MALFORMED_SPARKPLUG,
    /** Sparkplug data with a metric that no birth certificate has announced yet: replay it after a rebirth. */
    BEFORE_BIRTH,
    /** Avro with a schema id that the registry doesn't know. */
    UNKNOWN_SCHEMA,
    /** Well-formed, but of no shape that holds a reading: a bare number, say. */
    UNEXPECTED_SHAPE,
    /** Nested deeper than the limit. */
    TOO_DEEP,
    /** More values in one reading, or readings in one message, than the limit. */
    TOO_MANY_VALUES,
    /** A text, name or unit longer than the limit. */
    TEXT_TOO_LONG,
    /** Decoded, it is larger than a topic takes: long names, nested, make much of few bytes. */
    READING_TOO_LARGE,
    /** A number that is no finite double: NaN, an infinity, 1e400. */
    NUMBER_OUT_OF_RANGE,
    /** The same name twice in one object. */
    DUPLICATE_NAME,
    /** A time stamp that can't be read as one. */
    MALFORMED_TIME,
    /** A mapping makes no reading of it, or can't be used; the detail names the mapping. Replay it when that is mended. */
    MAPPING_FAILED,
    /** No number and no boolean among the values. */
    NO_NUMERIC_VALUE,
    /** A record without a key, or whose key is no device id. */
    INVALID_KEY,
    /** The device is quarantined. */
    QUARANTINED,
    /** A stage failed on this record in a way that is no fault of its format. */
    PROCESSING_FAILED,
    /** A sink's target refused this record. */
    REJECTED_BY_TARGET
}
