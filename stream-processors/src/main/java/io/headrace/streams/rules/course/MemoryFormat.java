package io.headrace.streams.rules.course;

import io.headrace.record.Alert;
import io.headrace.streams.rules.course.Course.Stage;
import io.headrace.streams.rules.course.DeviceMemory.Span;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;

/**
 * The state of a device as it is stored. Version 3: when it last spoke, through which gateway, tags, courses, trails, windows. A standing alert
 * is written as its topic has it, so that it is read by the same rules of compatibility. Version 2 had no
 * gateway. Version 1 had an entry for each
 * device and rule, of 18 bytes: {@link #addEarlier} reads it.
 *
 * @param alerts for the topic's records
 * @param topic its name
 */
public record MemoryFormat(Serde<Alert> alerts, String topic) {
    private static final byte VERSION = 3;
    private static final byte WITHOUT_GATEWAY = 2;
    private static final byte EARLIER = 1;
    private static final int EARLIER_SIZE = 18;

    /** Bytes of a device. */
    public byte[] write(DeviceMemory memory) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(memory.lastSize + 256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(memory.receivedAt);
            out.writeLong(memory.observedAt);
            out.writeUTF(memory.origin);
            out.writeUTF(memory.gateway);
            out.writeInt(memory.tags.size());
            for (Map.Entry<String, String> tag : memory.tags.entrySet()) {
                out.writeUTF(tag.getKey());
                out.writeUTF(tag.getValue());
            }
            out.writeInt(memory.courses.size());
            for (Map.Entry<String, Course> each : memory.courses.entrySet()) {
                out.writeUTF(each.getKey());
                write(out, each.getValue());
            }
            writeTrails(out, memory.trails);
            writeWindows(out, memory.windows);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory doesn't fail", e);
        }
        memory.lastSize = bytes.size();
        return bytes.toByteArray();
    }

    /** @throws SerializationException for what no version wrote */
    public DeviceMemory read(byte[] stored) {
        if (stored[0] != VERSION && stored[0] != WITHOUT_GATEWAY) {
            throw new SerializationException(
                    "the state of rules is of version " + stored[0] + " where " + VERSION + " is known");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored, 1, stored.length - 1))) {
            DeviceMemory memory = new DeviceMemory();
            memory.receivedAt = in.readLong();
            memory.observedAt = in.readLong();
            memory.origin = in.readUTF();
            memory.gateway = stored[0] == WITHOUT_GATEWAY ? "" : in.readUTF();
            int tags = in.readInt();
            Map<String, String> read = HashMap.newHashMap(tags);
            for (; tags > 0; tags--) {
                read.put(in.readUTF(), in.readUTF());
            }
            memory.tags = Map.copyOf(read);
            for (int courses = in.readInt(); courses > 0; courses--) {
                memory.courses.put(in.readUTF(), course(in));
            }
            readTrails(in, memory.trails);
            readWindows(in, memory.windows);
            return memory;
        } catch (IOException e) {
            throw new SerializationException("the state of rules is cut off", e);
        }
    }

    /** When the device of an entry last spoke, epoch milliseconds. */
    public static long receivedAt(byte[] stored) {
        return ByteBuffer.wrap(stored).getLong(1);
    }

    /** Takes over the course of a rule as version 1 stored it. */
    public static void addEarlier(DeviceMemory memory, String rule, byte[] stored) {
        if (stored.length != EARLIER_SIZE || stored[0] != EARLIER) {
            throw new SerializationException("the state of rule " + rule + " is none of version " + EARLIER);
        }
        ByteBuffer in = ByteBuffer.wrap(stored, 1, EARLIER_SIZE - 1);
        Course course = memory.course(rule);
        course.stage = stage(in.get());
        course.since = in.getLong();
        course.seenAt = in.getLong();
        course.episodes = course.stage == Stage.RAISED ? 1 : 0;
    }

    private static Stage stage(byte code) {
        return Stage.find(code)
                .orElseThrow(() -> new SerializationException("the state of a rule has no stage " + code));
    }

    private void write(DataOutputStream out, Course course) throws IOException {
        out.writeByte(course.stage.code());
        out.writeLong(course.since);
        out.writeLong(course.seenAt);
        out.writeLong(course.version);
        out.writeLong(course.episodes);
        out.writeInt(course.heldBack);
        out.writeByte(course.raises.length);
        for (long raise : course.raises) {
            out.writeLong(raise);
        }
        out.writeByte(course.code);
        out.writeShort(course.memory.length);
        byte[] slots = new byte[course.memory.length * Double.BYTES];
        ByteBuffer.wrap(slots).asDoubleBuffer().put(course.memory);
        out.write(slots);
        Alert standing = course.isRaised() ? course.standing : null;
        byte[] alert = standing == null ? new byte[0] : alerts.serializer().serialize(topic, standing);
        out.writeInt(alert.length);
        out.write(alert);
    }

    private Course course(DataInputStream in) throws IOException {
        Course course = new Course();
        course.stage = stage(in.readByte());
        course.since = in.readLong();
        course.seenAt = in.readLong();
        course.version = in.readLong();
        course.episodes = in.readLong();
        course.heldBack = in.readInt();
        course.raises = new long[in.readByte()];
        for (int i = 0; i < course.raises.length; i++) {
            course.raises[i] = in.readLong();
        }
        course.code = in.readByte();
        course.memory = new double[in.readShort()];
        byte[] slots = new byte[course.memory.length * Double.BYTES];
        in.readFully(slots);
        ByteBuffer.wrap(slots).asDoubleBuffer().get(course.memory);
        byte[] alert = in.readNBytes(in.readInt());
        course.standing = alert.length == 0 ? null : alerts.deserializer().deserialize(topic, alert);
        return course;
    }

    private static void writeTrails(DataOutputStream out, Map<String, Trail> trails) throws IOException {
        out.writeInt(trails.size());
        for (Map.Entry<String, Trail> each : trails.entrySet()) {
            Trail trail = each.getValue();
            out.writeUTF(each.getKey());
            out.writeByte(trail.size());
            for (int i = 0; i < trail.size(); i++) {
                out.writeLong(trail.times[trail.index(i)]);
                out.writeDouble(trail.values[trail.index(i)]);
            }
        }
    }

    private static void readTrails(DataInputStream in, Map<String, Trail> trails) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            Trail trail = new Trail();
            trails.put(in.readUTF(), trail);
            for (int values = in.readByte(); values > 0; values--) {
                trail.add(in.readLong(), in.readDouble());
            }
        }
    }

    private static void writeWindows(DataOutputStream out, Map<Span, Rolling> windows) throws IOException {
        out.writeInt(windows.size());
        for (Map.Entry<Span, Rolling> each : windows.entrySet()) {
            out.writeLong(each.getKey().sizeMicros());
            out.writeUTF(each.getKey().metric());
            Rolling rolling = each.getValue();
            for (int place = 0; place < Rolling.PARTS; place++) {
                out.writeLong(rolling.counts[place]);
                if (rolling.counts[place] > 0) {
                    out.writeLong(rolling.parts[place]);
                    out.writeDouble(rolling.sums[place]);
                    out.writeDouble(rolling.least[place]);
                    out.writeDouble(rolling.most[place]);
                }
            }
        }
    }

    private static void readWindows(DataInputStream in, Map<Span, Rolling> windows) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            long size = in.readLong();
            Rolling rolling = new Rolling(size);
            windows.put(new Span(size, in.readUTF()), rolling);
            for (int place = 0; place < Rolling.PARTS; place++) {
                rolling.counts[place] = in.readLong();
                if (rolling.counts[place] > 0) {
                    rolling.parts[place] = in.readLong();
                    rolling.sums[place] = in.readDouble();
                    rolling.least[place] = in.readDouble();
                    rolling.most[place] = in.readDouble();
                }
            }
        }
    }
}
