package io.headrace.rule;

import io.headrace.record.BandCheck;
import io.headrace.record.ForecastCheck;
import io.headrace.record.GeoPoint;
import io.headrace.record.GeofenceCheck;
import io.headrace.record.RateCheck;
import io.headrace.record.SilentCheck;
import io.headrace.record.StuckCheck;
import io.headrace.record.ThresholdCheck;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the members of each kind of check may be. */
final class Limits {
    private static final int MAX_NAME = 256;
    private static final int MAX_CORNERS = 1_000;
    private static final double MAX_RADIUS_M = 1e7;
    private static final long WEEK = Duration.ofDays(7).toMillis();
    private static final long MONTH = Duration.ofDays(30).toMillis();

    private Limits() {}

    static void require(Object check) throws InvalidRuleException {
        switch (check) {
            case ThresholdCheck threshold -> threshold(threshold);
            case SilentCheck silent -> range("afterMs", silent.getAfterMs(), 1_000, MONTH);
            case StuckCheck stuck -> stuck(stuck);
            case RateCheck rate -> rate(rate);
            case BandCheck band -> band(band);
            case ForecastCheck forecast -> forecast(forecast);
            case GeofenceCheck fence -> geofence(fence);
            default -> throw new InvalidRuleException("check", "is of a kind that is unknown here");
        }
    }

    private static void threshold(ThresholdCheck check) throws InvalidRuleException {
        metric(check.getMetric());
        pair("above", check.getAbove(), "below", check.getBelow());
        Double above = check.getAbove();
        Double below = check.getBelow();
        positive("hysteresis", check.getHysteresis(), true);
        if (above != null && below != null && above - check.getHysteresis() < below + check.getHysteresis()) {
            throw new InvalidRuleException("check.above", "less the hysteresis must be at least check.below and it");
        }
    }

    private static void stuck(StuckCheck check) throws InvalidRuleException {
        metric(check.getMetric());
        range("afterMs", check.getAfterMs(), 1, MONTH);
        range("minValues", check.getMinValues(), 2, 1_000_000);
        positive("tolerance", check.getTolerance(), true);
    }

    private static void rate(RateCheck check) throws InvalidRuleException {
        metric(check.getMetric());
        range("withinMs", check.getWithinMs(), 1, WEEK);
        pair("risesBy", check.getRisesBy(), "fallsBy", check.getFallsBy());
        for (Double limit : new Double[] {check.getRisesBy(), check.getFallsBy()}) {
            if (limit != null) {
                positive(limit.equals(check.getRisesBy()) ? "risesBy" : "fallsBy", limit, true);
            }
        }
    }

    private static void band(BandCheck check) throws InvalidRuleException {
        metric(check.getMetric());
        positive("width", check.getWidth(), false);
        range("warmUpValues", check.getWarmUpValues(), 10, 1_000_000);
    }

    private static void forecast(ForecastCheck check) throws InvalidRuleException {
        metric(check.getMetric());
        pair("above", check.getAbove(), "below", check.getBelow());
        if (check.getAbove() != null && check.getBelow() != null) {
            throw new InvalidRuleException("check.below", "must not be there where above is: make two rules");
        }
        range("horizonMs", check.getHorizonMs(), 1_000, MONTH);
        if (check.getOverMs() != 0) {
            range("overMs", check.getOverMs(), 1_000, MONTH);
        }
    }

    private static void geofence(GeofenceCheck check) throws InvalidRuleException {
        name("latitude", check.getLatitude());
        name("longitude", check.getLongitude());
        GeoPoint center = check.getCenter();
        List<GeoPoint> polygon = check.getPolygon();
        if ((center == null) == polygon.isEmpty()) {
            throw new InvalidRuleException("check", "must have either center and radiusM, or polygon");
        }
        positive("marginM", check.getMarginM(), true);
        if (center != null) {
            point("center", center);
            positive("radiusM", check.getRadiusM(), false);
            if (check.getRadiusM() > MAX_RADIUS_M) {
                throw new InvalidRuleException("check.radiusM", "must be at most " + (long) MAX_RADIUS_M);
            }
        } else if (polygon.size() < 3 || polygon.size() > MAX_CORNERS) {
            throw new InvalidRuleException("check.polygon", "must have 3 to " + MAX_CORNERS + " corners");
        }
        for (GeoPoint corner : polygon) {
            point("polygon", corner);
        }
    }

    private static void point(String member, GeoPoint point) throws InvalidRuleException {
        if (!(Math.abs(point.getLatitude()) <= 90 && Math.abs(point.getLongitude()) <= 180)) {
            throw new InvalidRuleException(
                    "check." + member, "must have latitudes of -90 to 90 and longitudes of -180 to 180");
        }
    }

    private static void metric(String name) throws InvalidRuleException {
        name("metric", name);
    }

    private static void name(String member, String name) throws InvalidRuleException {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw new InvalidRuleException("check." + member, "must be 1 to " + MAX_NAME + " characters");
        }
    }

    private static void pair(String one, @Nullable Double first, String other, @Nullable Double second)
            throws InvalidRuleException {
        if (first == null && second == null) {
            throw new InvalidRuleException("check", "must have " + one + ", " + other + " or both");
        }
        if (first != null && !Double.isFinite(first)) {
            throw new InvalidRuleException("check." + one, "must be a finite number");
        }
        if (second != null && !Double.isFinite(second)) {
            throw new InvalidRuleException("check." + other, "must be a finite number");
        }
    }

    private static void positive(String member, double value, boolean orZero) throws InvalidRuleException {
        if (!Double.isFinite(value) || value < 0 || (value == 0 && !orZero)) {
            throw new InvalidRuleException("check." + member, orZero ? "must be 0 or more" : "must be more than 0");
        }
    }

    private static void range(String member, long value, long least, long most) throws InvalidRuleException {
        if (value < least || value > most) {
            throw new InvalidRuleException("check." + member, "must be " + least + " to " + most);
        }
    }
}
