package io.headrace.catalogue;

/** What became of an accepted message: each has exactly one, kept in the ledger as one byte. */
public enum Outcome {
    /** Decoded: its readings are in {@code telemetry.readings}. */
    STORED(1),
    /** Not decodable: its bytes are in {@code telemetry.raw.dlq} with the reason. */
    DEAD_LETTERED(2),
    /** The same message was stored before. */
    DUPLICATE(3),
    /** Its own expiry had passed before it was processed. */
    EXPIRED(4),
    /** Its device is quarantined: its bytes are kept in {@code telemetry.raw.dlq} under {@code QUARANTINED}. */
    QUARANTINED(5);

    private static final Outcome[] BY_CODE = new Outcome[6];

    static {
        for (Outcome outcome : values()) {
            BY_CODE[outcome.code] = outcome;
        }
    }

    private final byte code;

    Outcome(int code) {
        this.code = (byte) code;
    }

    /** The ledger's byte; 0 stands for none yet. */
    public byte code() {
        return code;
    }

    /** Whether a message of this outcome is among the dead letters, from where it can be replayed. */
    public boolean isSetAside() {
        return this == DEAD_LETTERED || this == QUARANTINED;
    }

    /** @throws IllegalArgumentException for 0 and for codes of no outcome */
    public static Outcome ofCode(byte code) {
        if (code < 1 || code >= BY_CODE.length) {
            throw new IllegalArgumentException("no outcome has the code " + code);
        }
        return BY_CODE[code];
    }
}
