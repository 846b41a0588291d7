package io.headrace.streams.decode;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.headrace.catalogue.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/**
 * Takes a payload out of its compression. Memory follows the limit and never what the compressed bytes announce; one
 * encoding only: layers of them have no use but attack.
 */
final class ContentEncoding {
    /** 8 MiB: the largest window that RFC 8878 (3.1.1.1.2) asks every decoder to support. */
    private static final int ZSTD_WINDOW_LOG = 23;

    private ContentEncoding() {}

    /**
     * The payload itself.
     *
     * @param encoding as in HTTP's Content-Encoding
     * @param limit in bytes of what comes out
     */
    static byte[] inflate(byte[] payload, String encoding, int limit) throws Rejection {
        String name = encoding.strip().toLowerCase(Locale.ROOT);
        if (name.isEmpty() || name.equals("identity")) {
            return payload;
        }
        try (InputStream in = open(payload, name)) {
            byte[] inflated = in.readNBytes(limit + 1);
            if (inflated.length > limit) {
                throw new Rejection(Reason.INFLATED_TOO_LARGE, "inflates to more than " + limit + " bytes");
            }
            return inflated;
        } catch (IOException damaged) {
            throw new Rejection(Reason.MALFORMED_ENCODING, "the bytes are no whole " + name);
        }
    }

    private static InputStream open(byte[] payload, String name) throws IOException, Rejection {
        InputStream bytes = new ByteArrayInputStream(payload);
        return switch (name) {
            case "gzip", "x-gzip" -> new GZIPInputStream(bytes);
            case "deflate" -> new InflaterInputStream(bytes);
            case "zstd" -> new ZstdInputStreamNoFinalizer(bytes).setLongMax(ZSTD_WINDOW_LOG);
            default -> throw new Rejection(Reason.UNKNOWN_CONTENT_ENCODING, "content encoding " + Text.shown(name));
        };
    }
}
