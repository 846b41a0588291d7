package io.headrace.gateway.http.request;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How a body becomes messages. */
enum BodyFormat {
    /** A JSON array is one message for each element; any other JSON text is one. */
    JSON {
        @Override
        List<byte[]> split(byte[] body, int most) {
            return JsonArray.split(body, most).orElseGet(() -> List.of(body));
        }
    },
    /** One message for each line that isn't blank. */
    LINES {
        @Override
        List<byte[]> split(byte[] body, int most) {
            List<byte[]> lines = new ArrayList<>();
            int start = 0;
            for (int i = 0; i <= body.length && lines.size() <= most; i++) {
                if (i == body.length || body[i] == '\n') {
                    addLine(lines, body, start, i);
                    start = i + 1;
                }
            }
            return lines.isEmpty() ? List.of(body) : lines;
        }
    },
    /** One message, whatever it is. */
    WHOLE {
        @Override
        List<byte[]> split(byte[] body, int most) {
            return List.of(body);
        }
    };

    /**
     * The messages in a body, each with its own bytes as sent. A body that can't be split is one message: it is
     * accepted, and becomes a dead letter where it can't be read.
     *
     * @param most after one more than this nothing is split any more, for it's too many anyway
     */
    abstract List<byte[]> split(byte[] body, int most);

    /** Format of a content type; a body without one isn't looked into. */
    static BodyFormat of(String contentType) {
        return switch (essence(contentType)) {
            case "application/json" -> JSON;
            case "application/x-ndjson" -> LINES;
            default -> WHOLE;
        };
    }

    /** Whether it is what a browser's form, or a command-line client left to itself, sends. */
    static boolean isForm(String contentType) {
        String type = essence(contentType);
        return type.equals("application/x-www-form-urlencoded") || type.startsWith("multipart/");
    }

    private static String essence(String contentType) {
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private static void addLine(List<byte[]> lines, byte[] body, int start, int end) {
        int to = end > start && body[end - 1] == '\r' ? end - 1 : end;
        for (int i = start; i < to; i++) {
            if (!JsonArray.isBlank(body[i])) {
                lines.add(Arrays.copyOfRange(body, start, to));
                return;
            }
        }
    }
}
