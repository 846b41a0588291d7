package io.headrace.gateway;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Attacks on MQTT that take more than one packet; single packets are cases of {@code mqtt/cases.txt}. */
enum MqttAttack implements Attack {
    PACKETS_ANNOUNCED_AND_NOT_SENT("2", "headrace.mqtt.ended", "UNSPECIFIED_ERROR") {
        @Override
        public void on(Target target) throws Exception {
            List<Wire> wires = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                wires.add(connected(target.mqtt(), 4));
                wires.getLast().send(new byte[] {0x32, (byte) 0xFF, (byte) 0xFF, 0x0F, 0});
                wires.removeLast().close();
            }
            for (int i = 0; i < 200; i++) {
                Wire wire = Wire.open(target.mqtt());
                wire.send(new byte[] {0x10, (byte) 0xFF, (byte) 0xFF, 0x0F, 0});
                wires.add(wire);
            }
            for (Wire each : wires) {
                each.close();
            }
        }
    },
    LARGE_PACKETS_BEGUN_BY_STRANGERS("2, 13", "headrace.mqtt.ended", "SERVER_BUSY") {
        @Override
        public void on(Target target) throws Exception {
            byte[] begin = new byte[300_000];
            System.arraycopy(
                    new byte[] {0x10, (byte) 0xFF, (byte) 0xFF, 0x12, 0, 4, 'M', 'Q', 'T', 'T', 4}, 0, begin, 0, 11);
            List<Wire> wires = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                wires.add(Wire.open(target.mqtt()));
                try {
                    wires.getLast().send(begin);
                } catch (IOException endedInTheMiddle) {
                    // as it may be: counted below
                }
            }
            int cutOff = 0;
            for (Wire each : wires) {
                cutOff += each.patience(20).isEnded() ? 1 : 0;
                each.close();
            }
            assertThat(cutOff).isBetween(20, 50); // 8 MiB for all strangers
        }
    },
    CLIENT_IDS_MADE_FOR_LOGS_AND_FILES("10", "headrace.mqtt.ended", "") {
        @Override
        public void on(Target target) throws Exception {
            for (String id : List.of(
                    "../../etc/passwd", "a\r\nERROR forged", "${jndi:ldap://x/a}", "%n%s", "\"'; drop", "[31m")) {
                try (Wire wire = Wire.open(target.mqtt())) {
                    assertThat(wire.send(Wire.connect(5, id, KEY)).readToEnd()[0])
                            .isEqualTo((byte) 0x20);
                }
            }
        }
    },
    TAKE_OVER_BACK_AND_FORTH("11", "headrace.mqtt.ended", "SESSION_TAKEN_OVER") {
        @Override
        public void on(Target target) throws Exception {
            List<Wire> wires = new ArrayList<>();
            int refused = 0;
            for (int i = 0; i < 40; i++) {
                Wire now = Wire.open(target.mqtt()).send(Wire.connect(5, TWIN, KEY));
                byte[] connack = now.read(4);
                if (connack[3] == 0) {
                    wires.add(now);
                } else {
                    refused++;
                    now.close();
                }
            }
            assertThat(refused).isGreaterThan(20);
            Wire last = wires.removeLast();
            for (Wire each : wires) {
                assertThat(each.readToEnd()).contains(0xE0, 0x8E);
                each.close();
            }
            last.close();
        }
    },
    TAKE_OVER_BY_A_STRANGER("11", "headrace.mqtt.ended", "BAD_USER_NAME_OR_PASSWORD") {
        @Override
        public void on(Target target) throws Exception {
            try (Wire own = connected(target.mqtt(), 5)) {
                for (int i = 0; i < 5; i++) {
                    try (Wire other = Wire.open(target.mqtt())) {
                        other.send(Wire.connect(5, DEVICE, "AAAA")).readToEnd();
                    }
                }
                own.send(Wire.publish(5, 1, 7, "1"));
                assertThat(own.read(4)).startsWith(0x40, 2, 0, 7);
            }
        }
    },
    SILENCE_BEFORE_CONNECT("13", "headrace.mqtt.ended", "MAXIMUM_CONNECT_TIME") {
        @Override
        public void on(Target target) throws Exception {
            List<Wire> wires = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                wires.add(Wire.open(target.mqtt()));
                wires.getLast().send(i % 2 == 0 ? new byte[0] : new byte[] {0x10, 60, 0});
            }
            for (Wire each : wires) {
                assertThat(each.readToEnd()).isEmpty();
                each.close();
            }
        }
    },
    MESSAGES_HELD_BACK_AT_QOS_2("14", "headrace.mqtt.ended", "RECEIVE_MAXIMUM_EXCEEDED") {
        @Override
        public void on(Target target) throws Exception {
            try (Wire three = connected(target.mqtt(), 4)) {
                for (int id = 1; id <= 3_000; id++) {
                    three.send(Wire.publish(4, 2, id, "1"));
                    if (id % 100 == 0) {
                        assertThat(three.read(400)).hasSize(400);
                    }
                }
            }
            try (Wire five = connected(target.mqtt(), 5)) {
                for (int id = 1; id <= 513; id++) {
                    five.send(Wire.publish(5, 2, id, "1"));
                }
                byte[] answers = five.readToEnd();
                assertThat(answers).contains(0xE0, 0x93);
            }
        }
    },
    WILLS_SPRAYED_BY_BROKEN_CONNECTIONS("17", "headrace.mqtt.ended", "UNSPECIFIED_ERROR") {
        @Override
        public void on(Target target) throws Exception {
            byte[] connect = Wire.packet(0x10, body -> {
                body.writeUTF("MQTT");
                body.write(new byte[] {4, (byte) 0xC6, 0, 60});
                body.writeUTF(DEVICE);
                body.writeUTF("telemetry");
                body.writeUTF("x".repeat(20_000));
                body.writeUTF(DEVICE);
                body.writeUTF(KEY);
            });
            for (int i = 0; i < 100; i++) {
                try (Wire wire = Wire.open(target.mqtt())) {
                    wire.send(connect).read(4);
                }
            }
        }
    },
    USER_PROPERTIES_WITHOUT_END("18, 20, 48", "headrace.mqtt.ended", "QUOTA_EXCEEDED") {
        @Override
        public void on(Target target) throws Exception {
            byte[] publish = Wire.packet(0x30, body -> {
                body.writeUTF("telemetry");
                body.write(new byte[] {(byte) 0xF0, (byte) 0xA2, 0x04}); // 10,000 times 7 bytes
                for (int i = 0; i < 10_000; i++) {
                    body.write(0x26);
                    body.writeUTF("a");
                    body.writeUTF("b");
                }
            });
            try (Wire wire = connected(target.mqtt(), 5)) {
                assertThat(wire.send(publish).readToEnd()[2]).isEqualTo((byte) 0x97);
            }
        }
    },
    FILTERS_WITHOUT_END("19", "headrace.mqtt.ended", "QUOTA_EXCEEDED") {
        @Override
        public void on(Target target) throws Exception {
            byte[] subscribe = Wire.packet(0x82, body -> {
                body.writeShort(1);
                body.write(0);
                for (int i = 0; i < 10_000; i++) {
                    body.writeUTF(i % 2 == 0 ? "+/+/+/+/#" : "commands/" + DEVICE + "/" + i);
                    body.write(0);
                }
            });
            try (Wire wire = connected(target.mqtt(), 5)) {
                assertThat(wire.send(subscribe).readToEnd()[2]).isEqualTo((byte) 0x97);
            }
        }
    },
    ONE_BYTE_AT_A_TIME_AND_ALL_AT_ONCE("21", "headrace.mqtt.messages", "") {
        @Override
        public void on(Target target) throws Exception {
            try (Wire wire = Wire.open(target.mqtt())) {
                for (byte each : Wire.connect(4, DEVICE, KEY)) {
                    wire.send(new byte[] {each});
                }
                for (byte each : Wire.publish(4, 1, 1, "1")) {
                    wire.send(new byte[] {each});
                }
                assertThat(wire.read(8)).containsExactly(0x20, 2, 0, 0, 0x40, 2, 0, 1);
            }
            try (Wire wire = Wire.open(target.mqtt())) {
                byte[] all = Wire.connect(4, DEVICE, KEY);
                for (int id = 1; id <= 500; id++) {
                    byte[] publish = Wire.publish(4, 1, id, "1");
                    int length = all.length;
                    all = Arrays.copyOf(all, length + publish.length);
                    System.arraycopy(publish, 0, all, length, publish.length);
                }
                assertThat(wire.send(all).read(4 + 4 * 500)).hasSize(4 + 4 * 500);
            }
        }
    },
    OTHER_PROTOCOLS_ON_THE_PORT("22", "headrace.mqtt.ended", "MALFORMED_PACKET") {
        @Override
        public void on(Target target) throws Exception {
            try (Wire wire = Wire.open(target.mqtt())) {
                assertThat(wire.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").readToEnd())
                        .isEmpty();
            }
            try (Wire hello = Wire.open(target.mqtt())) {
                assertThat(hello.send(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3})
                                .readToEnd())
                        .isEmpty();
            }
        }
    },
    ONE_LONG_TOPIC_AND_MANY_SHORT_PACKETS("48", "headrace.mqtt.messages", "") {
        @Override
        public void on(Target target) throws Exception {
            byte[] first = Wire.packet(0x32, body -> {
                body.writeUTF("t".repeat(60_000));
                body.writeShort(1);
                body.write(new byte[] {3, 0x23, 0, 1});
            });
            try (Wire wire = connected(target.mqtt(), 5)) {
                wire.send(first);
                for (int id = 2; id <= 500; id++) {
                    int packetId = id;
                    wire.send(Wire.packet(0x32, body -> {
                        body.writeUTF("");
                        body.writeShort(packetId);
                        body.write(new byte[] {3, 0x23, 0, 1});
                    }));
                }
                assertThat(wire.read(4 * 500)).hasSize(4 * 500);
            }
        }
    };

    private final String numbers;
    private final String counter;
    private final String tag;

    MqttAttack(String numbers, String counter, String tag) {
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

    /** Let in as {@link #DEVICE}. */
    private static Wire connected(int port, int version) throws IOException {
        Wire wire = Wire.open(port).send(Wire.connect(version, DEVICE, KEY));
        byte[] head = wire.read(2);
        byte[] rest = wire.read(head[1]);
        assertThat(rest[1]).as("CONNACK").isZero();
        return wire;
    }
}
