package io.headrace.topics;

import io.headrace.catalogue.Topic;

/** One thing in which a cluster differs from the catalogue. */
public sealed interface Step {
    /** Full name of the topic that it is about. */
    String topic();

    /** One line for a person. */
    String line();

    /**
     * The topic isn't there: apply makes it.
     *
     * @param wanted as the catalogue has it
     */
    record Make(Topic<?> wanted) implements Step {
        @Override
        public String topic() {
            return wanted.name();
        }

        @Override
        public String line() {
            return "make " + wanted.name() + " with " + wanted.partitions() + " partitions, replication "
                    + wanted.replication() + ", " + wanted.cleanup().policy();
        }
    }

    /**
     * Nobody has set this for the topic, and what it inherits isn't what the catalogue has: apply sets it.
     *
     * @param topic full name
     * @param key as Kafka spells it
     * @param value to set
     * @param inherited what holds now
     */
    record Configure(String topic, String key, String value, String inherited) implements Step {
        @Override
        public String line() {
            return "set " + topic + " " + key + " = " + value + " (it inherits " + inherited + ")";
        }
    }

    /**
     * Somebody has decided otherwise, or it can't be changed without moving devices: apply leaves it.
     *
     * @param topic full name
     * @param what partitions, replication, or a setting as Kafka spells it
     * @param wanted as the catalogue has it
     * @param found as the cluster has it
     */
    record Differs(String topic, String what, String wanted, String found) implements Step {
        @Override
        public String line() {
            return "keep " + topic + " " + what + " = " + found + " (the catalogue has " + wanted + ")";
        }
    }
}
