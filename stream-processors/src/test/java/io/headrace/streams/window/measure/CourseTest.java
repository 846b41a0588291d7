package io.headrace.streams.window.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CourseTest {
    private static double increase(List<Double> samples) {
        double increase = 0;
        for (int i = 1; i < samples.size(); i++) {
            double step = samples.get(i) - samples.get(i - 1);
            increase += step >= 0 ? step : samples.get(i);
        }
        return increase;
    }

    private static List<Double> counter(Random random, int count, int resetsIn) {
        List<Double> samples = new ArrayList<>();
        double value = 10;
        for (int i = 0; i < count; i++) {
            value = random.nextInt(resetsIn) == 0 ? random.nextInt(5) : value + random.nextInt(10);
            samples.add(value);
        }
        return samples;
    }

    private static Course stored(Course course) {
        StateWriter out = new StateWriter();
        course.write(out, 1_000);
        return Course.read(new StateReader(out.toBytes()), 1_000);
    }

    @Test
    void riseIsTheSameInWhateverOrderSamplesCome() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            List<Double> samples = counter(random, 1 + random.nextInt(Course.MOST), 1 + random.nextInt(50));
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < samples.size(); i++) {
                order.add(i);
            }
            Collections.shuffle(order, random);
            Course course = new Course();
            for (int i : order) {
                course.add(1_000 + i, samples.get(i));
                course = stored(course);
            }

            assertThat(course.increase()).isEqualTo(increase(samples));
            assertThat(course.since()).isEqualTo(1_000);
        }
    }

    @Test
    void remembersNoMoreThanItMayAndIsExactStill() {
        Random random = new Random(2);
        for (int resetsIn : new int[] {2, 10, 100_000}) {
            List<Double> samples = counter(random, 20_000, resetsIn);
            Course course = new Course();
            course.base(500, 7);
            for (int i = 0; i < samples.size(); i++) {
                course.add(1_000 + i, samples.get(i));
            }
            samples.addFirst(7.0);

            assertThat(stored(course).increase()).isEqualTo(increase(samples));
            assertThat(stored(course).since()).isEqualTo(500);
            StateWriter out = new StateWriter();
            course.write(out, 1_000);
            assertThat(out.toBytes()).hasSizeLessThan(Course.MOST * 13 + 60);
        }
    }

    @Test
    void goesOnInWhatComesAfter() {
        Random random = new Random(3);
        for (int round = 0; round < 100; round++) {
            List<Double> samples = counter(random, 1_000, 1 + random.nextInt(30));
            int cut = random.nextInt(1_000);
            Course first = new Course();
            Course second = new Course();
            for (int i = 0; i < samples.size(); i++) {
                (i < cut ? first : second).add(1_000 + i, samples.get(i));
            }
            if (cut > 0) {
                second.base(1_000 + cut - 1, samples.get(cut - 1));
            }

            first.append(second);

            assertThat(first.increase()).isEqualTo(increase(samples));
            assertThat(first.since()).isEqualTo(1_000);
        }
    }
}
