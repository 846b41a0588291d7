package io.headrace.control.account;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** What is known of a message that was brought back. Replays beyond the seventh aren't told apart. Changes in place. */
final class Again {
    private static final int MOST = 7;

    private int replays;
    private int letters;
    /** Code of its outcome, once it is closed; before that its mark has it. */
    private int code;

    private boolean read;

    Again(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    void become(int newCode) {
        code = newCode;
    }

    boolean isRead() {
        return read;
    }

    void read() {
        read = true;
    }

    /** @return whether it was brought back by this number before */
    boolean replay(int number) {
        int bit = bit(number);
        boolean before = (replays & bit) != 0;
        replays |= bit;
        return before && number < MOST;
    }

    /** @return whether this replay has come to a dead letter before */
    boolean letter(int number) {
        int bit = bit(number);
        boolean before = (letters & bit) != 0;
        letters |= bit;
        return before && number < MOST;
    }

    boolean wasReplayed(int number) {
        return (replays & bit(number)) != 0;
    }

    private static int bit(int number) {
        return 1 << Math.min(number, MOST);
    }

    void write(DataOutput out) throws IOException {
        out.writeByte(replays);
        out.writeByte(letters);
        out.writeByte(code);
        out.writeBoolean(read);
    }

    static Again read(DataInput in) throws IOException {
        Again again = new Again(0);
        again.replays = in.readUnsignedByte();
        again.letters = in.readUnsignedByte();
        again.code = in.readUnsignedByte();
        again.read = in.readBoolean();
        return again;
    }
}
