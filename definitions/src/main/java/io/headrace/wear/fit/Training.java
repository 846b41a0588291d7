package io.headrace.wear.fit;

import io.headrace.wear.Shape;
import io.headrace.wear.WearModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Fits a model, and tests what it is worth: five times with a fifth of the devices kept apart, which the fit of that round
 * hasn't seen; then once to all. The same for the same lives.
 */
public final class Training {
    /** Fewest lives: of fewer, an interval that holds nine of ten can't be told. */
    public static final int LEAST_LIVES = 10;

    public static final int LEAST_DEVICES = 5;
    /** Fewest steps in the middle one of all lives. */
    public static final int LEAST_STEPS = 40;

    /** Remaining life is cut at this part of a life: before that nothing shows. Customary for turbofans: 125 of 206. */
    private static final double LIMIT = 0.6;

    private static final int FOLDS = 5;

    private Training() {}

    /** Length of a life in the middle, in steps. */
    public static double middleLength(List<Life> lives) {
        double[] lengths = lives.stream().mapToDouble(Life::length).sorted().toArray();
        return lengths.length == 0 ? 0 : lengths[lengths.length / 2];
    }

    /**
     * Fits to lives.
     *
     * @param limit steps at which remaining life is cut; 0 for the usual part of a life
     * @throws UnfitException where there is too little
     */
    public static Trained of(Shape shape, List<Life> lives, double limit) throws UnfitException {
        requireEnough(lives);
        Changing changing = Changing.of(shape, lives);
        Shape used = changing.shape();
        List<Life> told = lives.stream().map(changing::of).toList();
        double cut = limit > 0 ? limit : Math.rint(LIMIT * middleLength(told));
        Cases cases = heldOut(used, told, cut);
        Fit fit = Fit.to(used, told, cut);
        WearModel model = new WearModel(used, fit.normal(), fit.curve(), cases.spreads(cut), fit.healthy());
        Trained.Accuracy accuracy = new Trained.Accuracy(cases.error(cut), cases.errorOfMean(cut), cases.coverage(cut));
        return new Trained(
                model,
                accuracy,
                changing.dropped(),
                told.size(),
                (int) told.stream().map(Life::device).distinct().count(),
                told.stream().mapToLong(life -> life.steps().length).sum());
    }

    /**
     * Tests a model on other lives than it was fitted to, over all steps from which on it can judge.
     *
     * @throws UnfitException where there is none such
     */
    public static Trained.Accuracy test(WearModel model, List<Life> lives) throws UnfitException {
        Fit fit = new Fit(model.normal(), model.curve(), model.healthy());
        Cases cases = new Cases();
        for (int life = 0; life < lives.size(); life++) {
            fit.judge(model.shape(), lives.get(life), life, cases);
        }
        if (cases.isEmpty()) {
            throw new UnfitException("no failure has " + WearModel.LEAST_STEPS + " steps of history before it");
        }
        double cut = model.curve().limit();
        return new Trained.Accuracy(cases.error(cut), cases.errorOfMean(cut), cases.coverage(model.spreads(), cut));
    }

    private static void requireEnough(List<Life> lives) throws UnfitException {
        long devices = lives.stream().map(Life::device).distinct().count();
        if (lives.size() < LEAST_LIVES || devices < LEAST_DEVICES) {
            throw new UnfitException("there are " + lives.size() + " failures of " + devices
                    + " devices with history before them: a model needs " + LEAST_LIVES + " of " + LEAST_DEVICES);
        }
        if (middleLength(lives) < LEAST_STEPS) {
            throw new UnfitException("half of the lives are shorter than " + Math.round(middleLength(lives))
                    + " steps: take a shorter step, so that it is " + LEAST_STEPS + " or more");
        }
    }

    /** Each life as a model sees it that was fitted to other devices. */
    private static Cases heldOut(Shape shape, List<Life> lives, double limit) {
        List<List<Integer>> folds = folds(lives);
        Cases cases = new Cases();
        for (List<Integer> fold : folds) {
            List<Life> others = IntStream.range(0, lives.size())
                    .filter(life -> !fold.contains(life))
                    .mapToObj(lives::get)
                    .toList();
            Fit fit = Fit.to(shape, others, limit);
            fold.forEach(life -> fit.judge(shape, lives.get(life), life, cases));
        }
        return cases;
    }

    /** By device: what is kept apart has no other life among those that are seen. */
    private static List<List<Integer>> folds(List<Life> lives) {
        Map<String, List<Integer>> byDevice = new LinkedHashMap<>();
        for (int life = 0; life < lives.size(); life++) {
            byDevice.computeIfAbsent(lives.get(life).device(), any -> new ArrayList<>())
                    .add(life);
        }
        List<List<Integer>> devices = new ArrayList<>(byDevice.values());
        Collections.shuffle(devices, new Random(1));
        List<List<Integer>> folds = new ArrayList<>();
        for (int fold = 0; fold < FOLDS; fold++) {
            List<Integer> some = new ArrayList<>();
            for (int device = fold; device < devices.size(); device += FOLDS) {
                some.addAll(devices.get(device));
            }
            folds.add(some);
        }
        return folds;
    }
}
