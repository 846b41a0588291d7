package io.headrace.streams.rules.check;

import io.headrace.record.GeofenceCheck;
import java.util.Set;

/** A device outside an area, or inside it, by two metrics in degrees that come in one reading. Remembers nothing. */
final class Geofence implements Check {
    private final String latitude;
    private final String longitude;
    private final boolean inside;
    private final double margin;
    private final Area area;

    Geofence(GeofenceCheck check) {
        latitude = check.getLatitude();
        longitude = check.getLongitude();
        inside = check.getInside();
        margin = check.getMarginM();
        area = Area.of(check);
    }

    @Override
    public byte code() {
        return 7;
    }

    @Override
    public Set<String> metrics() {
        return Set.of(latitude, longitude);
    }

    @Override
    public Verdict judge(Sight sight, double[] memory) {
        double north = sight.number(latitude);
        double east = sight.number(longitude);
        if (!(Math.abs(north) <= 90 && Math.abs(east) <= 180)) {
            return Verdict.NOTHING;
        }
        double off = area.outside(north, east);
        double wrong = inside ? -off : off;
        if (wrong > 0) {
            return Verdict.HOLDS;
        }
        return wrong <= -margin ? Verdict.CLEARS : Verdict.BETWEEN;
    }

    @Override
    public String words(Sight sight, double[] memory) {
        double off = Math.abs(area.outside(sight.number(latitude), sight.number(longitude)));
        return "the device is " + Words.number(Math.rint(off)) + " m " + (inside ? "inside" : "outside") + " the area";
    }
}
