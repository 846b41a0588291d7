package io.headrace.catalogue;

import io.headrace.record.Reading;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Avro makes objects only of classes that somebody trusts, since a schema can name any class. Ours are trusted as soon
 * as the catalogue or a serde is used, beside whatever the process trusts already.
 */
final class TrustedRecords {
    static {
        String ours = Reading.class.getPackageName();
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(),
                type -> type.getPackageName().equals(ours)));
    }

    private TrustedRecords() {}

    /** Has the generated record classes trusted; only the first call does anything. */
    static void trust() {
        // the static initializer has done it
    }
}
