package io.headrace.demo;

/** A fault that is injected into a simulated device's series, so that its truth is known. */
enum Fault {
    SPIKE("injected spike", 2) {
        @Override
        Climate at(Climate reading) {
            return new Climate(reading.at(), reading.humidity() - 15, reading.temperature() + 12, true);
        }
    },
    SHIFT("injected shift", 120) {
        @Override
        Climate at(Climate reading) {
            return new Climate(reading.at(), reading.humidity() - 12, reading.temperature() + 7, true);
        }
    },
    ZERO("injected dropout to zero", 24) {
        @Override
        Climate at(Climate reading) {
            return new Climate(reading.at(), 0, 0, true);
        }
    };

    private final String label;
    private final int readings;

    Fault(String label, int readings) {
        this.label = label;
        this.readings = readings;
    }

    /** What a reading becomes under the fault. */
    abstract Climate at(Climate reading);

    String label() {
        return label;
    }

    /** How many readings it lasts. */
    int readings() {
        return readings;
    }
}
