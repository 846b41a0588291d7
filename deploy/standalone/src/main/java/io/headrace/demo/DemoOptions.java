package io.headrace.demo;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the demo is to run.
 *
 * @param series folder of CSV files to replay instead of the demo's own data
 * @param data empty folder for what is kept; a temporary one otherwise
 * @param summary file for the summary as JSON
 * @param speed times faster than the data's own time; 0 for as fast as it is acknowledged
 * @param portOffset added to every port
 */
public record DemoOptions(
        Optional<Path> series, Optional<Path> data, Optional<Path> summary, double speed, int portOffset) {}
