package io.headrace.wear;

import io.headrace.record.Model;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Models as their topic has them: parameters by name, arrays of numbers. */
public final class ModelForm {
    /** The kind of all models so far. One whose parameters mean something else gets another name. */
    public static final String KIND = "wear";

    /** Most metrics: what a fit takes grows with their square. */
    public static final int MOST_METRICS = 32;

    public static final int MOST_OPERATING = 4;

    /** Most numbers of a model: more than any that is fitted has, and 64 KiB. */
    public static final int MOST_NUMBERS = 8_192;

    private static final int MOST_TEXT = 256;
    private static final double LEAST_STEP_MS = 1_000;
    private static final double MOST_STEP_MS = 30 * 86_400_000.0;
    private static final double MOST_LIMIT = 1e6;

    private ModelForm() {}

    public static Map<String, List<Double>> parameters(WearModel model) {
        Map<String, List<Double>> named = new LinkedHashMap<>();
        named.put("center", list(model.normal().center()));
        named.put("width", list(model.normal().width()));
        named.put("regimes", list(model.normal().regimes()));
        named.put("means", list(model.normal().means()));
        named.put("deviations", list(model.normal().deviations()));
        named.put("middle", list(model.normal().middle()));
        named.put("spread", list(model.normal().spread()));
        named.put("first", list(model.curve().first()));
        named.put("second", list(model.curve().second()));
        named.put("below", list(model.spreads().below()));
        named.put("above", list(model.spreads().above()));
        named.put("healthy", list(model.healthy()));
        return named;
    }

    private static List<Double> list(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    /**
     * Makes it ready to be applied.
     *
     * @throws InvalidModelException naming the member, and what it may be
     */
    public static WearModel read(Model model) throws InvalidModelException {
        if (!model.getKind().equals(KIND)) {
            throw new InvalidModelException("kind", "is " + model.getKind() + " where " + KIND + " is known");
        }
        requireRange("stepMs", (double) model.getStepMs(), LEAST_STEP_MS, MOST_STEP_MS);
        requireRange("limitSteps", model.getLimitSteps(), 1, MOST_LIMIT);
        requireNames("metrics", model.getMetrics(), 1, MOST_METRICS);
        requireNames("operating", model.getOperating(), 0, MOST_OPERATING);
        int numbers =
                model.getParameters().values().stream().mapToInt(List::size).sum();
        if (numbers > MOST_NUMBERS) {
            throw new InvalidModelException("parameters", "has " + numbers + " numbers: at most " + MOST_NUMBERS);
        }
        int metrics = model.getMetrics().size();
        int ways = model.getOperating().size();
        Normal normal = normal(new Reader(model.getParameters()), metrics, ways);
        Reader in = new Reader(model.getParameters());
        return new WearModel(
                new Shape(
                        model.getMetrics(),
                        model.getOperating(),
                        Duration.ofMillis(model.getStepMs()).toNanos() / 1_000),
                normal,
                new Curve(
                        in.array("first", Curve.linear(metrics) + 1),
                        in.array("second", Curve.all(metrics) + 1),
                        model.getLimitSteps()),
                new Spreads(in.array("below", Spreads.PARTS), in.array("above", Spreads.PARTS)),
                in.array("healthy", metrics));
    }

    private static Normal normal(Reader in, int metrics, int ways) throws InvalidModelException {
        int regimes = Math.max(1, in.size("means") / metrics);
        return new Normal(
                in.array("center", ways),
                in.positive("width", ways),
                in.array("regimes", regimes * ways),
                in.array("means", regimes * metrics),
                in.array("deviations", regimes * metrics),
                in.array("middle", metrics),
                in.positive("spread", metrics));
    }

    private static void requireRange(String member, double value, double least, double most)
            throws InvalidModelException {
        if (!(value >= least && value <= most)) {
            throw new InvalidModelException(member, "must be " + (long) least + " to " + (long) most);
        }
    }

    private static void requireNames(String member, List<String> names, int least, int most)
            throws InvalidModelException {
        boolean isSound = names.stream().allMatch(name -> !name.isBlank() && name.length() <= MOST_TEXT);
        if (names.size() < least || names.size() > most || !isSound || new HashSet<>(names).size() < names.size()) {
            throw new InvalidModelException(
                    member, "must be " + least + " to " + most + " different names of at most " + MOST_TEXT);
        }
    }

    /** Arrays of parameters, each of the length that it must have. */
    private record Reader(Map<String, List<Double>> parameters) {
        int size(String name) {
            return parameters.getOrDefault(name, List.of()).size();
        }

        double[] array(String name, int length) throws InvalidModelException {
            List<Double> values = parameters.getOrDefault(name, List.of());
            if (values.size() != length || !values.stream().allMatch(Double::isFinite)) {
                throw new InvalidModelException("parameters." + name, "must be " + length + " finite numbers");
            }
            return values.stream().mapToDouble(Double::doubleValue).toArray();
        }

        double[] positive(String name, int length) throws InvalidModelException {
            double[] values = array(name, length);
            if (Arrays.stream(values).anyMatch(value -> value <= 0)) {
                throw new InvalidModelException("parameters." + name, "must be above 0");
            }
            return values;
        }
    }
}
