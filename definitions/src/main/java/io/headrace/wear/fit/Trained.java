package io.headrace.wear.fit;

import io.headrace.wear.WearModel;
import java.util.List;

/**
 * A model, and how well it did.
 *
 * @param dropped metrics that were asked for and never change
 * @param lives that it was fitted to
 * @param devices whose lives they were
 * @param rows steps of all of them
 */
public record Trained(WearModel model, Accuracy accuracy, List<String> dropped, int lives, int devices, long rows) {
    /**
     * How far off it was for devices that it hadn't seen, by a model fitted to the others, over all steps of their lives.
     *
     * @param rootMeanSquare steps; truths above the limit count as the limit
     * @param ofMean the same of one number for all: what knowing nothing costs
     * @param coverage part of the truths within the interval, which is drawn from other devices
     */
    public record Accuracy(double rootMeanSquare, double ofMean, double coverage) {}
}
