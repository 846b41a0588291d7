package io.headrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** Attacks on AMQP as strangers make them; what a device may try is in {@code DeliveryTest} and {@code LinkTest}. */
enum AmqpAttack implements Attack {
    A_FRAME_OF_FOUR_GIBIBYTES {
        @Override
        public void on(Target target) throws Exception {
            for (int size : new int[] {0xFFFFFFFF, 7, 0}) {
                byte[] head = {(byte) (size >> 24), (byte) (size >> 16), (byte) (size >> 8), (byte) size, 2, 1, 0, 0};
                try (Wire wire = Wire.open(target.port("amqp"))) {
                    assertThat(wire.send(SASL).send(head).readToEnd()).startsWith('A', 'M', 'Q', 'P', 3);
                }
            }
        }
    },
    SILENCE_BEFORE_OPEN {
        @Override
        public void on(Target target) throws Exception {
            List<Wire> wires = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                wires.add(Wire.open(target.port("amqp")));
                wires.getLast().send(i % 2 == 0 ? new byte[0] : SASL);
            }
            for (Wire each : wires) {
                each.readToEnd();
                each.close();
            }
        }
    },
    OTHER_PROTOCOLS_ON_THE_PORT {
        @Override
        public void on(Target target) throws Exception {
            try (Wire wire = Wire.open(target.port("amqp"))) {
                assertThat(wire.send("GET / HTTP/1.1\r\n\r\n").readToEnd()).hasSizeLessThanOrEqualTo(8);
            }
        }
    };

    private static final byte[] SASL = {'A', 'M', 'Q', 'P', 3, 1, 0, 0};

    @Override
    public String numbers() {
        return "13, 22, 47";
    }

    @Override
    public String counter() {
        return "headrace.amqp.ended";
    }

    @Override
    public String tag() {
        return "";
    }
}
