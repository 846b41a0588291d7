package io.headrace.catalogue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Avro makes objects only of classes that somebody trusts, since a schema can name any class. The records of a topic are
 * trusted as soon as the topic is declared, beside whatever the process trusts already; who makes some of them without a topic
 * says so.
 */
public final class TrustedRecords {
    private static final Set<String> PACKAGES = ConcurrentHashMap.newKeySet();

    static {
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(), type -> PACKAGES.contains(type.getPackageName())));
    }

    private TrustedRecords() {}

    /** Has the generated classes trusted that a topic's values are made of; of another type, nothing. */
    public static void trust(Class<?> valueType) {
        if (SpecificRecord.class.isAssignableFrom(valueType)) {
            PACKAGES.add(valueType.getPackageName());
        }
    }
}
