package io.headrace.streams.enrich;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitConversionTest {
    /** From tables of the SI brochure, NIST SP 811 and the definitions themselves. */
    @ParameterizedTest
    @CsvSource({
        "[degF], Cel, 212, 100",
        "[degF], Cel, 98.6, 37",
        "[degF], Cel, -40, -40",
        "Cel, [degF], 36.6, 97.88",
        "Cel, K, 21.5, 294.65",
        "K, Cel, 0, -273.15",
        "K, [degF], 273.15, 32",
        "Cel, mK, 0, 273150",
        "cm, m, 57, 0.57",
        "km/h, m/s, 36, 10",
        "[mi_i]/h, m/s, 1, 0.44704",
        "[kn_i], km/h, 1, 1.852",
        "[in_i], cm, 1, 2.54",
        "[ft_i], m, 1, 0.3048",
        "[lb_av], kg, 1, 0.45359237",
        "[gal_us], L, 1, 3.785411784",
        "bar, kPa, 1.01325, 101.325",
        "[psi], kPa, 1, 6.894757293168361",
        "mm[Hg], Pa, 760, 101324.72",
        "kW.h, MJ, 1, 3.6",
        "A.h, C, 2, 7200",
        "uS/cm, S/m, 500, 0.05",
        "l/min, m3/h, 100, 6",
        "ug/m3, mg/m3, 35, 0.035",
        "1, %, 0.5, 50",
        "[ppm], %, 400, 0.04",
        "bit, By, 8, 1",
        "deg, rad, 180, 3.141592653589793",
        // SenML's own names
        "%RH, %, 45.5, 45.5",
        "/, %, 0.25, 25",
        "beat/min, /min, 72, 72",
        "VA, kV.A, 2300, 2.3",
        "kWh, W.h, 1.5, 1500",
        "ppm, %, 400, 0.04",
        "KiB, By, 2, 2048",
        "B/s, bit/s, 1, 8",
        "EL, min, 90, 1.5",
        "lat, deg, 52.5, 52.5",
    })
    void a_value_becomes_what_the_tables_say_but_for_the_last_bit(
            String from, String to, double value, double expected) {
        // When
        Conversion conversion = UnitTarget.of(to).learned(from);

        // Then
        assertThat(conversion).isInstanceOfSatisfying(Conversion.Linear.class, linear -> {
            assertThat(linear.convert(value)).isCloseTo(expected, within(Math.ulp(expected)));
            assertThat(linear.unit()).isEqualTo(to);
        });
    }

    @Test
    void whole_numbers_come_out_as_people_write_them() {
        assertThat(((Conversion.Linear) UnitTarget.of("m").learned("cm")).convert(57))
                .isEqualTo(0.57);
        assertThat(((Conversion.Linear) UnitTarget.of("Cel").learned("[degF]")).convert(212))
                .isEqualTo(100);
        assertThat(((Conversion.Linear) UnitTarget.of("m/s").learned("km/h")).convert(54))
                .isEqualTo(15);
    }

    @ParameterizedTest
    @CsvSource({
        "Cel, m, INCOMMENSURABLE",
        "C, Cel, INCOMMENSURABLE",
        "mol/L, g/L, INCOMMENSURABLE",
        "degC, Cel, UNKNOWN",
        "°C, Cel, UNKNOWN",
        "m^2, m2, UNKNOWN",
        "NTU, 1, UNKNOWN",
        "kvar, kW, UNKNOWN",
        "dB, 1, NOT_LINEAR",
        "pH, mol/L, NOT_LINEAR",
        "Cel/s, K/s, NOT_LINEAR",
        "m/0, m, NOT_LINEAR",
    })
    void what_leads_nowhere_is_said_with_its_reason(String from, String to, UnitOutcome why) {
        assertThat(UnitTarget.of(to).learned(from)).isEqualTo(new Conversion.Impossible(why));
    }

    @Test
    void a_unit_of_a_quantity_reaches_the_one_that_is_wanted_for_it_and_others_stay() {
        // Given
        UnitTarget target = UnitTarget.ofQuantities(List.of("Cel", "m/s"));

        // When // Then
        assertThat(target.learned("[degF]")).isInstanceOf(Conversion.Linear.class);
        assertThat(target.learned("[kn_i]")).isInstanceOf(Conversion.Linear.class);
        assertThat(target.learned("Pa")).isEqualTo(new Conversion.Unchanged());
        assertThat(target.learned("%")).isEqualTo(new Conversion.Unchanged());
        assertThat(target.learned("widgets")).isEqualTo(new Conversion.Unchanged());
    }

    /** Each of them did something else to the library: threw an error, overflowed the stack, took long. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "m999999999",
                "m99999999999",
                "((m99)99)99",
                "((((((((((((((((((((((((((((((m",
                "{",
                "{{}}",
                "[",
                "[m",
                "m s",
                "10*999999",
                "1000000000000000000000000000",
                "1/0",
                "//",
                "m\u0000",
                "\uD800",
                "",
            })
    void what_is_no_unit_is_unknown_and_throws_nothing(String text) {
        assertThat(UnitTarget.of("kg").learned(text)).isInstanceOf(Conversion.Impossible.class);
    }

    @Test
    void a_hundred_thousand_invented_units_are_forgotten_again() {
        // Given
        UnitTarget target = UnitTarget.of("m");
        Conversion metres = target.learned("km");

        // When
        for (int i = 0; i < 10_000; i++) {
            target.learned("{" + i + "}°");
        }

        // Then
        assertThat(target.known("{0}°")).isNull();
        assertThat(target.learned("km")).isEqualTo(metres);
    }

    @Test
    void many_threads_find_out_the_same() throws Exception {
        // Given
        UnitTarget target = UnitTarget.of("m/s");
        Callable<Double> asking = () -> {
            double worst = 0;
            for (int i = 0; i < 500; i++) {
                if (target.learned("km{" + i + "}/h") instanceof Conversion.Linear linear) {
                    worst = Math.max(worst, Math.abs(linear.convert(36) - 10));
                } else {
                    worst = Double.POSITIVE_INFINITY;
                }
            }
            return worst;
        };

        // When
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            List<Future<Double>> answers =
                    pool.invokeAll(IntStream.range(0, 4).mapToObj(i -> asking).toList());

            // Then
            for (Future<Double> answer : answers) {
                assertThat(answer.get()).isCloseTo(0, within(1e-12));
            }
        }
    }

    @Test
    void the_largest_values_convert_without_a_detour_over_infinity() {
        Conversion.Linear linear = (Conversion.Linear) UnitTarget.of("m/s").learned("km/h");
        assertThat(linear.convert(Double.MAX_VALUE)).isCloseTo(Double.MAX_VALUE / 3.6, within(1e293));
        Conversion.Linear growing = (Conversion.Linear) UnitTarget.of("mm").learned("km");
        assertThat(growing.convert(1e305)).isInfinite();
    }
}
