package io.headrace.control.devices;

import io.headrace.control.http.Problem;
import java.util.regex.Pattern;
import systems.uom.ucum.format.UCUMFormat;
import systems.uom.ucum.internal.format.TokenMgrError;

/** Checks a unit before it is stored: the same codes as in the processors. Safe for use by several threads. */
final class UnitCheck {
    /** The alphabet of UCUM, and no number that the parser could raise a unit to until the stack ends. */
    private static final Pattern CODE = Pattern.compile("(?!.*[0-9]{4})[!-~]{1,64}");

    private static final UCUMFormat FORMAT = UCUMFormat.getInstance(UCUMFormat.Variant.CASE_SENSITIVE);

    private UnitCheck() {}

    /** @throws Problem (400) that names the metric */
    static void require(String metric, String unit) {
        if (!CODE.matcher(unit).matches() || !isUnit(unit)) {
            throw Problem.badRequest("the unit of " + metric + " must be a UCUM code such as Cel, km/h or %");
        }
    }

    private static boolean isUnit(String code) {
        try {
            return FORMAT.parse(code) != null;
        } catch (RuntimeException | TokenMgrError noCode) {
            return false;
        }
    }
}
