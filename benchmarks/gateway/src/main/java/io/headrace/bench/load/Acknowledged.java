package io.headrace.bench.load;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Which messages of which device were acknowledged; handed from the load to the check in a file. */
public final class Acknowledged {
    private final List<BitSet> numbers;

    private Acknowledged(List<BitSet> numbers) {
        this.numbers = numbers;
    }

    static Acknowledged by(int devices) {
        List<BitSet> numbers = new ArrayList<>();
        for (int i = 0; i < devices; i++) {
            numbers.add(new BitSet());
        }
        return new Acknowledged(numbers);
    }

    void add(int device, long number) {
        numbers.get(device).set((int) number);
    }

    public int devices() {
        return numbers.size();
    }

    /** Numbers of a device's acknowledged messages. */
    public BitSet of(int device) {
        return numbers.get(device);
    }

    void save(Path file) {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(numbers.size());
            for (BitSet each : numbers) {
                long[] words = each.toLongArray();
                out.writeInt(words.length);
                for (long word : words) {
                    out.writeLong(word);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file, e);
        }
    }

    public static Acknowledged load(Path file) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            List<BitSet> numbers = new ArrayList<>();
            for (int devices = in.readInt(); devices > 0; devices--) {
                long[] words = new long[in.readInt()];
                for (int i = 0; i < words.length; i++) {
                    words[i] = in.readLong();
                }
                numbers.add(BitSet.valueOf(words));
            }
            return new Acknowledged(numbers);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file, e);
        }
    }
}
