package io.headrace.streams.rules.check;

import java.time.Duration;
import java.util.Locale;

/** Numbers and times as alerts write them. */
final class Words {
    private Words() {}

    static String number(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e9
                ? Long.toString((long) number)
                : String.format(Locale.ROOT, "%.5g", number);
    }

    /** To the second; {@code 2 h 30 min}. */
    static String time(long micros) {
        Duration time = Duration.ofMillis(micros / 1_000);
        if (time.toMinutes() == 0) {
            return number(time.toMillis() / 1e3) + " s";
        }
        if (time.toDays() > 0) {
            return time.toDays() + " d" + part(time.toHoursPart(), " h");
        }
        return time.toHours() > 0
                ? time.toHours() + " h" + part(time.toMinutesPart(), " min")
                : time.toMinutes() + " min" + part(time.toSecondsPart(), " s");
    }

    private static String part(int amount, String unit) {
        return amount == 0 ? "" : " " + amount + unit;
    }
}
