package io.headrace.gateway.coap.command;

import io.headrace.gateway.command.Command;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.californium.core.coap.Response;

/**
 * A command as one device is shown it, in one piece or in blocks (RFC 7959, Block2).
 *
 * @param format of its bytes
 * @param tag tells the blocks of this one from those of another: ETag
 * @param bytes all of it
 */
@SuppressWarnings("ArrayRecordComponent") // compared as the object that it is
public record Representation(Command command, Format format, long tag, byte[] bytes) {
    /** Blocks of 1 KiB. */
    public static final int LARGEST_SZX = 6;

    private static final int SMALLEST_BLOCK = 16;
    private static final AtomicLong TAGS = new AtomicLong(System.currentTimeMillis() << 20);

    /** @param now epoch milliseconds */
    public static Representation of(Command command, Format format, long now) {
        return new Representation(
                command, format, TAGS.incrementAndGet(), format.write(command, command.secondsLeft(now)));
    }

    /** The largest size of blocks, as an exponent, that is at most another and fits into so many bytes. */
    public static int szx(int atMost, int room) {
        int szx = Math.min(atMost, LARGEST_SZX);
        while (szx > 0 && size(szx) > room) {
            szx--;
        }
        return szx;
    }

    /** Bytes of a block. */
    public static int size(int szx) {
        return SMALLEST_BLOCK << szx;
    }

    /** Whether it needs no blocks where there is room for so many bytes. */
    public boolean fitsInto(int room) {
        return bytes.length <= room;
    }

    public boolean hasBlock(int number, int szx) {
        return (long) number * size(szx) < bytes.length;
    }

    public boolean isLast(int number, int szx) {
        return !hasBlock(number + 1, szx);
    }

    /** Makes all of it a response's. */
    public void putInto(Response response) {
        response.getOptions().setContentFormat(format.number());
        response.setPayload(bytes);
    }

    /** Makes one of its blocks a response's. */
    public void putInto(Response response, int number, int szx) {
        int size = size(szx);
        response.getOptions().setContentFormat(format.number());
        response.getOptions().setBlock2(szx, !isLast(number, szx), number);
        response.getOptions()
                .addETag(ByteBuffer.allocate(Long.BYTES).putLong(tag).array());
        response.setPayload(Arrays.copyOfRange(bytes, number * size, Math.min(bytes.length, (number + 1) * size)));
    }
}
