package io.headrace.streams.rules.check;

import io.headrace.record.GeoPoint;
import io.headrace.record.GeofenceCheck;
import java.util.List;

/**
 * An area on the ground. Distances are those on a plane that touches the earth at the point that is asked for: within a
 * part in a thousand up to 100 km away from it, and the nearer the better. A polygon may lie across the date line.
 */
sealed interface Area {
    /** Mean radius of the earth, metres. */
    double EARTH_M = 6_371_008.8;

    /** Metres from a point to the edge; negative inside. */
    double outside(double latitude, double longitude);

    static Area of(GeofenceCheck check) {
        return check.getCenter() == null
                ? Polygon.of(check.getPolygon())
                : new Circle(check.getCenter().getLatitude(), check.getCenter().getLongitude(), check.getRadiusM());
    }

    /** By the haversine formula, so right at any distance. */
    record Circle(double latitude, double longitude, double radius) implements Area {
        @Override
        public double outside(double latitude, double longitude) {
            double up = Math.sin(Math.toRadians(latitude - this.latitude) / 2);
            double right = Math.sin(Math.toRadians(longitude - this.longitude) / 2);
            double half = up * up
                    + Math.cos(Math.toRadians(latitude)) * Math.cos(Math.toRadians(this.latitude)) * right * right;
            return 2 * EARTH_M * Math.asin(Math.sqrt(Math.min(1, half))) - radius;
        }
    }

    /**
     * Corners in degrees; an edge goes from the last to the first.
     *
     * @param longitudes each by the shorter way from the one before, so that they may be beyond 180
     * @param middle longitude half way between the westernmost and the easternmost corner
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Polygon(double[] latitudes, double[] longitudes, double middle) implements Area {
        static Polygon of(List<GeoPoint> corners) {
            double[] longitudes = new double[corners.size()];
            double before = corners.getFirst().getLongitude();
            double least = before;
            double most = before;
            for (int i = 0; i < longitudes.length; i++) {
                before += Math.IEEEremainder(corners.get(i).getLongitude() - before, 360);
                longitudes[i] = before;
                least = Math.min(least, before);
                most = Math.max(most, before);
            }
            return new Polygon(
                    corners.stream().mapToDouble(GeoPoint::getLatitude).toArray(), longitudes, (least + most) / 2);
        }

        @Override
        public double outside(double latitude, double longitude) {
            double east = middle + Math.IEEEremainder(longitude - middle, 360);
            double perDegree = Math.toRadians(1) * EARTH_M;
            double narrow = Math.cos(Math.toRadians(latitude));
            double nearest = Double.POSITIVE_INFINITY;
            boolean inside = false;
            int last = latitudes.length - 1;
            for (int corner = 0; corner < latitudes.length; last = corner++) {
                double x1 = (longitudes[last] - east) * narrow * perDegree;
                double y1 = (latitudes[last] - latitude) * perDegree;
                double x2 = (longitudes[corner] - east) * narrow * perDegree;
                double y2 = (latitudes[corner] - latitude) * perDegree;
                if ((y1 > 0) != (y2 > 0) && x1 - y1 * (x2 - x1) / (y2 - y1) > 0) {
                    inside = !inside;
                }
                nearest = Math.min(nearest, toEdge(x1, y1, x2, y2));
            }
            return inside ? -nearest : nearest;
        }

        /** From the origin to the nearest point of an edge. */
        private static double toEdge(double x1, double y1, double x2, double y2) {
            double dx = x2 - x1;
            double dy = y2 - y1;
            double length = dx * dx + dy * dy;
            double part = length == 0 ? 0 : Math.clamp(-(x1 * dx + y1 * dy) / length, 0.0, 1.0);
            return Math.hypot(x1 + part * dx, y1 + part * dy);
        }
    }
}
