package io.headrace.streams.rules.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headrace.record.BandCheck;
import io.headrace.record.Clock;
import io.headrace.record.ForecastCheck;
import io.headrace.record.GeoPoint;
import io.headrace.record.GeofenceCheck;
import io.headrace.record.Origin;
import io.headrace.record.RateCheck;
import io.headrace.record.Reading;
import io.headrace.record.StuckCheck;
import io.headrace.record.ThresholdCheck;
import io.headrace.streams.rules.check.Check.Outlook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class KindsTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    private static Sight sight(double second, Map<String, Object> values) {
        Reading reading = Reading.newBuilder()
                .setDeviceId("d")
                .setObservedAt(START.plusNanos((long) (second * 1e9)))
                .setReceivedAt(START)
                .setClock(Clock.DEVICE)
                .setOrigin(new Origin(0, 0L, 0))
                .setValues(new HashMap<>(values))
                .build();
        return new Sight(reading, use -> Double.NaN);
    }

    /** One value a second; H holds, c clears, b between, n nothing. */
    private static String course(Check check, Object... values) {
        double[] memory = new double[check.slots()];
        StringBuilder course = new StringBuilder();
        for (int second = 0; second < values.length; second++) {
            course.append(
                    switch (check.judge(sight(second, Map.of("v", values[second])), memory)) {
                        case HOLDS -> 'H';
                        case CLEARS -> 'c';
                        case BETWEEN -> 'b';
                        case NOTHING -> 'n';
                        case UNCLEAR -> 'u';
                        case FAILED -> 'f';
                    });
        }
        return course.toString();
    }

    @Test
    void aThresholdHasTwoSidesAndAHysteresis() {
        Check check = new Threshold(new ThresholdCheck("v", 80.0, 10.0, 5.0));

        assertThat(course(check, 80.0, 80.1, 78.0, 75.0, 9.0, 12.0, 15L, true, "hot", Double.NaN))
                .isEqualTo("bHbcHbcHnn");
        assertThat(check.words(sight(0, Map.of("v", 81.5)), new double[0])).isEqualTo("v is 81.500, above 80");
    }

    @Test
    void aValueIsStuckWhenItHasBeenTheSameForLongAndOftenEnough() {
        Check check = new Stuck(new StuckCheck("v", 3_000L, 0.5, 3));

        assertThat(course(check, 1.0, 1.2, 0.8, 1.5, 1.6, 1.6, 1.6, 1.6, 9L)).isEqualTo("cccHcccHc");
    }

    @Test
    void twoValuesFarApartAreNotEnoughToBeStuck() {
        Check check = new Stuck(new StuckCheck("v", 1_000L, 0.0, 3));
        double[] memory = new double[check.slots()];

        assertThat(check.judge(sight(0, Map.of("v", 1.0)), memory)).isEqualTo(Verdict.CLEARS);
        assertThat(check.judge(sight(3_600, Map.of("v", 1.0)), memory)).isEqualTo(Verdict.CLEARS);
        assertThat(check.judge(sight(3_601, Map.of("v", 1.0)), memory)).isEqualTo(Verdict.HOLDS);
        assertThat(check.words(sight(3_601, Map.of("v", 1.0)), memory)).isEqualTo("v has been 1 for 1 h");
    }

    @Test
    void aRateIsWhatHappenedWithinItsTime() {
        Check check = new RateOfChange(new RateCheck("v", 4_000L, 10.0, 20.0));

        // a rise of 11 within 3 s; the same within 6 s; a fall of 21
        assertThat(course(check, 0.0, 4.0, 8.0, 11.0, 11.0, 11.0, 11.0, 11.0, -10.0, -10.0, -10.0, -10.0, -10.0))
                .isEqualTo("cccHccccHHHcc");
    }

    @Test
    void aBandIsLearntAndAnExcursionIsNot() {
        Check check = new LearnedBand(new BandCheck("v", 6.0, 60));
        double[] memory = new double[check.slots()];
        Random random = new Random(5);
        int held = 0;
        for (int i = 0; i < 5_000; i++) {
            held += check.judge(sight(i, Map.of("v", 20 + random.nextGaussian())), memory) == Verdict.HOLDS ? 1 : 0;
        }

        // Then: noise stays inside, a departure doesn't, and a new level is one after a while
        assertThat(held).isLessThanOrEqualTo(3);
        assertThat(check.judge(sight(5_000, Map.of("v", 30.0)), memory)).isEqualTo(Verdict.HOLDS);
        int second = 5_001;
        int outside = 0;
        while (check.judge(sight(second, Map.of("v", 30 + random.nextGaussian())), memory) == Verdict.HOLDS) {
            second++;
            outside++;
        }
        assertThat(outside).isBetween(50, 61);
        for (int i = 0; i < 100; i++) {
            assertThat(check.judge(sight(++second, Map.of("v", 30 + random.nextGaussian())), memory))
                    .isNotEqualTo(Verdict.HOLDS);
        }
    }

    /** Rises by 0.01 a second from 20 on, with noise: 60 is crossed after 4,000 s. */
    @Test
    void aForecastSaysWhenALimitIsCrossed() {
        // Given
        Check check = new Forecast(new ForecastCheck("v", 60.0, null, 1_000_000L, 600_000L));
        double[] memory = new double[check.slots()];
        Random random = new Random(11);
        List<Integer> held = new ArrayList<>();
        List<Outlook> outlooks = new ArrayList<>();

        // When
        for (int second = 0; second < 4_000; second += 5) {
            Sight sight = sight(second, Map.of("v", 20 + second * 0.01 + random.nextGaussian() * 0.2));
            if (check.judge(sight, memory) == Verdict.HOLDS) {
                held.add(second);
                outlooks.add(check.outlook(sight, memory).orElseThrow());
            }
        }

        // Then
        assertThat(held.getFirst()).isBetween(2_900, 3_100);
        Outlook first = outlooks.getFirst();
        long crossing = Sight.micros(START.plusSeconds(4_000));
        assertThat((double) first.at()).isCloseTo((double) crossing, within(60e6));
        assertThat(first.earliest()).isLessThan(first.at());
        assertThat(first.latest()).isGreaterThan(first.at());
        long covered = outlooks.stream()
                .filter(outlook -> outlook.earliest() <= crossing && crossing <= outlook.latest())
                .count();
        assertThat(covered).isGreaterThan(outlooks.size() * 3L / 4);
    }

    @Test
    void whereThereIsNoTrendNothingIsForetold() {
        Check check = new Forecast(
                new ForecastCheck("v", 21.0, null, Duration.ofDays(30).toMillis(), 600_000L));
        Random random = new Random(13);
        int foretold = 0;
        int said = 0;
        for (int series = 0; series < 40; series++) {
            double[] memory = new double[check.slots()];
            for (int second = 0; second < 900; second += 5) {
                Sight sight = sight(second, Map.of("v", 20 + random.nextGaussian() * 0.1));
                Verdict verdict = check.judge(sight, memory);
                said += verdict == Verdict.NOTHING ? 0 : 1;
                foretold += check.outlook(sight, memory).isPresent() && verdict == Verdict.HOLDS ? 1 : 0;
            }
        }
        // a test at 95 % on both sides is wrong in one of forty, and the windows of a series overlap
        assertThat(foretold).isLessThan(said / 15);
    }

    @Test
    void aFallingTrendDoesNotCrossALimitAbove() {
        Check check = new Forecast(new ForecastCheck("v", 60.0, null, 1_000_000L, 600_000L));
        double[] memory = new double[check.slots()];
        for (int second = 0; second < 2_000; second += 5) {
            assertThat(check.judge(sight(second, Map.of("v", 50 - second * 0.01)), memory))
                    .isNotEqualTo(Verdict.HOLDS);
        }
    }

    /** One minute of latitude is a nautical mile: 1,852 m, 1,853.2 m on this sphere. */
    @ParameterizedTest
    @CsvSource({
        "52.0, 13.0, -1853.2",
        "52.0166667, 13.0, 0.0",
        "52.0333333, 13.0, 1853.2",
        "52.0, 13.0270724, 0.0",
    })
    void distancesFromACircleAreMetres(double latitude, double longitude, double metres) {
        Area circle = new Area.Circle(52, 13, 1_853.25);

        assertThat(circle.outside(latitude, longitude)).isCloseTo(metres, within(2.0));
    }

    @ParameterizedTest
    @CsvSource({
        "0.5, 180.0, true",
        "0.5, 179.5, true",
        "0.5, -179.5, true",
        "0.5, 178.9, false",
        "0.5, -178.9, false",
        "1.1, 180.0, false",
        "0.5, 0.0, false"
    })
    void aPolygonMayLieAcrossTheDateLine(double latitude, double longitude, boolean inside) {
        Area area = Area.Polygon.of(List.of(
                new GeoPoint(0.0, 179.0),
                new GeoPoint(0.0, -179.0),
                new GeoPoint(1.0, -179.0),
                new GeoPoint(1.0, 179.0)));

        assertThat(area.outside(latitude, longitude) < 0).isEqualTo(inside);
    }

    /** A star whose points are in and whose bays are out: by the number of crossings, told apart by hand. */
    @ParameterizedTest
    @CsvSource({"0.0, 0.0, true", "0.0, 0.9, true", "0.5, 0.5, false", "-0.9, 0.0, true", "-0.4, 0.4, false"})
    void aPolygonMayBeHollow(double latitude, double longitude, boolean inside) {
        Area star = Area.Polygon.of(List.of(
                new GeoPoint(0.0, 1.0),
                new GeoPoint(0.2, 0.2),
                new GeoPoint(1.0, 0.0),
                new GeoPoint(0.2, -0.2),
                new GeoPoint(0.0, -1.0),
                new GeoPoint(-0.2, -0.2),
                new GeoPoint(-1.0, 0.0),
                new GeoPoint(-0.2, 0.2)));

        assertThat(star.outside(latitude, longitude) < 0).isEqualTo(inside);
    }

    @Test
    void aFenceHasAMargin() {
        GeofenceCheck record = GeofenceCheck.newBuilder()
                .setCenter(new GeoPoint(52.0, 13.0))
                .setRadiusM(1_000.0)
                .setMarginM(100.0)
                .setPolygon(List.of())
                .build();
        Check check = new Geofence(record);
        double[] none = {};

        assertThat(check.judge(sight(0, Map.of("lat", 52.0, "lon", 13.0)), none))
                .isEqualTo(Verdict.CLEARS);
        assertThat(check.judge(sight(1, Map.of("lat", 52.0095, "lon", 13.0)), none))
                .isEqualTo(Verdict.HOLDS);
        assertThat(check.judge(sight(2, Map.of("lat", 52.0085, "lon", 13.0)), none))
                .isEqualTo(Verdict.BETWEEN);
        assertThat(check.judge(sight(3, Map.of("lat", 52.0)), none)).isEqualTo(Verdict.NOTHING);
        assertThat(check.judge(sight(4, Map.of("lat", 91.0, "lon", 13.0)), none))
                .isEqualTo(Verdict.NOTHING);
        assertThat(check.words(sight(1, Map.of("lat", 52.0095, "lon", 13.0)), none))
                .isEqualTo("the device is 56 m outside the area");
    }

    static List<Check> kinds() {
        return List.of(
                new Threshold(new ThresholdCheck("v", 80.0, -80.0, 1.0)),
                new Stuck(new StuckCheck("v", 1_000L, 0.1, 2)),
                new RateOfChange(new RateCheck("v", 10_000L, 5.0, 5.0)),
                new LearnedBand(new BandCheck("v", 3.0, 10)),
                new Forecast(new ForecastCheck("v", 1e3, null, 10_000L, 60_000L)),
                new Forecast(new ForecastCheck("v", null, -1e3, 10_000L, 60_000L)),
                new Geofence(GeofenceCheck.newBuilder()
                        .setLatitude("v")
                        .setLongitude("v")
                        .setCenter(new GeoPoint(0.0, 0.0))
                        .setRadiusM(10.0)
                        .setPolygon(List.of())
                        .build()));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void noValueMakesAnyKindThrow(Check check) {
        Object[] wild = {
            0.0,
            -0.0,
            1e12,
            -1e12,
            1e300,
            -1e300,
            Double.MAX_VALUE,
            -Double.MAX_VALUE,
            Double.MIN_VALUE,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            0L,
            true,
            false,
            "",
            "80"
        };
        Random random = new Random(17);
        for (int run = 0; run < 200; run++) {
            double[] memory = new double[check.slots()];
            double second = 0;
            for (int i = 0; i < 60; i++) {
                second += random.nextInt(4) == 0 ? random.nextDouble() * 1e6 : random.nextDouble();
                Sight sight = sight(second, Map.of("v", wild[random.nextInt(wild.length)]));
                if (check.judge(sight, memory) == Verdict.HOLDS) {
                    assertThat(check.words(sight, memory)).isNotEmpty();
                    check.outlook(sight, memory);
                }
            }
        }
    }
}
