package io.headrace.gateway.http.request;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** Compression of a body (RFC 9110 §8.4.1), one at a time: layers of it have no use but attack. */
enum ContentCoding {
    IDENTITY {
        @Override
        InputStream inflating(InputStream body) {
            return body;
        }
    },
    GZIP {
        @Override
        InputStream inflating(InputStream body) throws IOException {
            return new GZIPInputStream(body);
        }
    },
    /** In zlib's format, as the RFC has it. */
    DEFLATE {
        @Override
        InputStream inflating(InputStream body) {
            return new InflaterInputStream(body);
        }
    },
    ZSTD {
        @Override
        InputStream inflating(InputStream body) throws IOException {
            return new ZstdInputStreamNoFinalizer(body).setLongMax(ZSTD_WINDOW_LOG);
        }
    };

    /** 8 MiB: the largest window that RFC 9659 lets this coding have; one for each event loop at a time. */
    private static final int ZSTD_WINDOW_LOG = 23;

    /** What is in a body, inflated as far as it is read. Fails to be read where the body is damaged or ends too early. */
    abstract InputStream inflating(InputStream body) throws IOException;

    /** As in {@code hr-content-encoding}. */
    String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @param value of {@code Content-Encoding}; empty where that is none of them, or several */
    static Optional<ContentCoding> of(String value) {
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "identity" -> Optional.of(IDENTITY);
            case "gzip", "x-gzip" -> Optional.of(GZIP);
            case "deflate" -> Optional.of(DEFLATE);
            case "zstd" -> Optional.of(ZSTD);
            default -> Optional.empty();
        };
    }
}
