package io.headrace.gateway;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Attacks on HTTP that take more than one request; single requests are cases of {@code RefusedRequestsTest}. */
enum HttpAttack implements Attack {
    HEADERS_WITHOUT_END("23", "headrace.http.requests", "408") {
        @Override
        public void on(Target target) throws Exception {
            List<Wire> wires = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                wires.add(Wire.open(target.http()).send("POST /v1/telemetry HTTP/1.1\r\nHost: h\r\nX-" + i));
            }
            for (Wire each : wires) {
                assertThat(each.readTextToEnd()).startsWith("HTTP/1.1 408");
                each.close();
            }
        }
    },
    BODIES_THAT_STAND_STILL("23", "headrace.http.requests", "408") {
        @Override
        public void on(Target target) throws Exception {
            List<Wire> wires = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                wires.add(Wire.open(target.http()).send(head("Content-Length: 200000") + "x".repeat(1_000)));
            }
            for (Wire each : wires) {
                assertThat(each.readTextToEnd()).startsWith("HTTP/1.1 408");
                each.close();
            }
        }
    },
    ANSWERS_NEVER_READ("12, 23", "headrace.ingest.accepted", "") {
        @Override
        public void on(Target target) throws Exception {
            try (Wire wire = Wire.open(target.http())) {
                String request = head("Content-Length: 1") + "1";
                for (int i = 0; i < 2_000; i++) {
                    wire.send(request);
                }
            } catch (IOException cutOff) {
                assertThat(cutOff).hasMessageNotContaining("refused");
            }
        }
    },
    TEN_THOUSAND_REQUESTS_AT_ONCE("24", "headrace.ingest.accepted", "") {
        @Override
        public void on(Target target) throws Exception {
            String request = head("Content-Length: 1") + "1";
            try (Wire wire = Wire.open(target.http())) {
                Thread sender = Thread.ofVirtual().start(() -> {
                    try {
                        for (int i = 0; i < 100; i++) {
                            wire.send(request.repeat(i < 99 ? 100 : 99));
                        }
                        wire.send(head("Connection: close\r\nContent-Length: 1") + "1");
                    } catch (IOException cutOff) {
                        Thread.currentThread().interrupt();
                    }
                });
                int answers = wire.readTextToEnd().split("HTTP/1.1 202", -1).length - 1;
                sender.join();
                assertThat(answers).isEqualTo(10_000);
            }
        }
    },
    AN_ARRAY_OF_A_MILLION("27", "headrace.http.requests", "413") {
        @Override
        public void on(Target target) throws Exception {
            String body = "[" + "1,".repeat(100_000) + "1]";
            assertThat(answer(target, "Content-Type: application/json\r\n", body))
                    .startsWith("HTTP/1.1 413");
        }
    },
    JSON_AS_DEEP_AS_IT_FITS("27", "headrace.ingest.accepted", "") {
        @Override
        public void on(Target target) throws Exception {
            String body = "[".repeat(100_000) + "]".repeat(100_000);
            assertThat(answer(target, "Content-Type: application/json\r\n", body))
                    .startsWith("HTTP/1.1 202");
        }
    },
    GUESSED_KEYS("37", "headrace.throttle.refused", "") {
        @Override
        public void on(Target target) throws Exception {
            int refused = 0;
            for (int i = 0; i < 200; i++) {
                String guess = Base64.getEncoder()
                        .encodeToString((DEVICE + ":guess-" + i).getBytes(StandardCharsets.ISO_8859_1));
                try (Wire wire = Wire.open(target.http())) {
                    String answer = wire.send("POST /v1/telemetry HTTP/1.1\r\nHost: h\r\nAuthorization: Basic " + guess
                                    + "\r\nContent-Length: 1\r\n\r\n1")
                            .readTextToEnd();
                    assertThat(answer).containsAnyOf("HTTP/1.1 401", "HTTP/1.1 429");
                    refused += answer.startsWith("HTTP/1.1 429") ? 1 : 0;
                }
            }
            assertThat(refused).isGreaterThan(100);
        }
    },
    BODIES_HELD_OPEN_BY_ONE_DEVICE("23", "headrace.http.requests", "503") {
        @Override
        public void on(Target target) throws Exception {
            List<Wire> wires = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                wires.add(Wire.open(target.http()));
                try {
                    wires.getLast().send(head("Content-Length: 200000") + "x".repeat(199_000));
                } catch (IOException refusedInTheMiddle) {
                    // as all but a few are
                }
            }
            for (Wire each : wires) {
                each.readToEnd();
                each.close();
            }
        }
    },
    HEADERS_TIMES_MESSAGES("48", "headrace.http.requests", "413") {
        @Override
        public void on(Target target) throws Exception {
            StringBuilder properties = new StringBuilder("Content-Type: application/json\r\n");
            for (int i = 0; i < 6; i++) {
                properties
                        .append("X-Property-")
                        .append(i)
                        .append(": ")
                        .append("p".repeat(1_000))
                        .append("\r\n");
            }
            String answer = answer(target, properties.toString(), "[" + "1,".repeat(4_998) + "1]");
            assertThat(answer).startsWith("HTTP/1.1 413");
        }
    };

    private final String numbers;
    private final String counter;
    private final String tag;

    HttpAttack(String numbers, String counter, String tag) {
        this.numbers = numbers;
        this.counter = counter;
        this.tag = tag;
    }

    @Override
    public String numbers() {
        return numbers;
    }

    @Override
    public String counter() {
        return counter;
    }

    @Override
    public String tag() {
        return tag;
    }

    private static String head(String headers) {
        String token = Base64.getEncoder().encodeToString((DEVICE + ":" + KEY).getBytes(StandardCharsets.ISO_8859_1));
        return "POST /v1/telemetry HTTP/1.1\r\nHost: h\r\nAuthorization: Basic " + token + "\r\n" + headers
                + "\r\n\r\n";
    }

    private static String answer(Target target, String headers, String body) throws IOException {
        try (Wire wire = Wire.open(target.http())) {
            wire.send(head(headers + "Connection: close\r\nContent-Length: " + body.length()) + body);
            return wire.readTextToEnd();
        }
    }
}
