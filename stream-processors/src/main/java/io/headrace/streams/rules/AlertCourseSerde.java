package io.headrace.streams.rules;

import io.headrace.streams.rules.AlertCourse.Stage;
import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** State of the rules: version 1, stage, since, seenAt; 18 bytes. */
final class AlertCourseSerde {
    private static final byte VERSION = 1;
    private static final int SIZE = 18;

    private AlertCourseSerde() {}

    static Serde<AlertCourse> serde() {
        return Serdes.serdeFrom(
                (topic, course) -> course == null ? null : write(course),
                (topic, bytes) -> bytes == null ? null : read(bytes));
    }

    private static byte[] write(AlertCourse course) {
        return ByteBuffer.allocate(SIZE)
                .put(VERSION)
                .put(course.stage().code())
                .putLong(course.since())
                .putLong(course.seenAt())
                .array();
    }

    private static AlertCourse read(byte[] bytes) {
        if (bytes.length != SIZE || bytes[0] != VERSION) {
            throw new SerializationException("the state of a rule is of another version than " + VERSION);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, SIZE - 1);
        return new AlertCourse(stage(in.get()), in.getLong(), in.getLong());
    }

    private static Stage stage(byte code) {
        for (Stage stage : Stage.values()) {
            if (stage.code() == code) {
                return stage;
            }
        }
        throw new SerializationException("the state of a rule has no stage " + code);
    }
}
