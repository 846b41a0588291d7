package io.headrace.streams.predict;

import io.headrace.wear.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** What all models remember of a device, by name. Version 1: shapes and averages, and what was told last. */
final class DeviceOutlooks {
    private static final byte VERSION = 1;

    final Map<String, Outlook> byModel = new TreeMap<>();

    /** What is about the device as its tags are, found once for each list of models. */
    private @Nullable List<Versions> boundTo;

    private Map<String, String> boundTags = Map.of();
    private List<Versions> about = List.of();

    /** Models about the device, at most so many, in the order of their names. */
    @SuppressWarnings("ReferenceEquality") // another list after each change
    List<Versions> about(List<Versions> all, String device, Map<String, String> tags, int most) {
        if (boundTo != all || !boundTags.equals(tags)) {
            about = all.stream()
                    .filter(each -> each.mayBeAbout(device, tags))
                    .limit(most)
                    .toList();
            boundTo = all;
            boundTags = tags;
        }
        return about;
    }

    byte[] stored() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeByte(byModel.size());
            for (Map.Entry<String, Outlook> each : byModel.entrySet()) {
                out.writeUTF(each.getKey());
                write(out, each.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory doesn't fail", e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Outlook outlook) throws IOException {
        Shape shape = outlook.shape();
        writeNames(out, shape.metrics());
        writeNames(out, shape.operating());
        out.writeLong(shape.stepMicros());
        outlook.save(out);
    }

    private static void writeNames(DataOutputStream out, List<String> names) throws IOException {
        out.writeByte(names.size());
        for (String name : names) {
            out.writeUTF(name);
        }
    }

    /** @throws SerializationException for what no version wrote */
    static DeviceOutlooks ofStored(byte[] stored) {
        if (stored[0] != VERSION) {
            throw new SerializationException(
                    "the state of predictions is of version " + stored[0] + " where " + VERSION + " is known");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored, 1, stored.length - 1))) {
            DeviceOutlooks outlooks = new DeviceOutlooks();
            for (int models = in.readByte(); models > 0; models--) {
                outlooks.byModel.put(in.readUTF(), read(in));
            }
            return outlooks;
        } catch (IOException e) {
            throw new SerializationException("the state of predictions is cut off", e);
        }
    }

    private static Outlook read(DataInputStream in) throws IOException {
        Shape shape = new Shape(readNames(in), readNames(in), in.readLong());
        return Outlook.load(shape, in);
    }

    private static List<String> readNames(DataInputStream in) throws IOException {
        int count = in.readByte();
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(in.readUTF());
        }
        return names;
    }
}
