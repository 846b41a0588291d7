package io.headrace.gateway;

/** Something that no well-behaved device does, on one listener of a whole gateway. */
interface Attack {
    /** Whose credentials the attacker has, where it has any. */
    String DEVICE = "bad";

    /** Whose credentials two attackers share. */
    String TWIN = "twin";

    /** Where to attack. */
    interface Target {
        /** @param listener as its endpoint's line begins */
        int port(String listener);

        default int mqtt() {
            return port("mqtt");
        }

        default int http() {
            return port("http");
        }
    }

    /** Its numbers in {@code docs/security.md}. */
    String numbers();

    /** Meter that must have moved afterwards. */
    String counter();

    /** Value of one of the meter's tags; empty for all. */
    String tag();

    /** Attacks, and asserts the answer. */
    void on(Target target) throws Exception;
}
