package io.headrace.streams;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.headrace.streams", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule decoding_knows_nothing_of_kafka = noClasses()
            .that()
            .resideInAPackage("..streams.decode..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule rules_know_nothing_of_kafka = noClasses()
            .that()
            .haveSimpleName("ClockGuard")
            .or()
            .haveSimpleName("Normalizer")
            .or()
            .haveSimpleName("DeviceFacts")
            .or()
            .resideInAnyPackage("..streams.rules.check..", "..streams.detect.episode..")
            .or()
            .haveSimpleName("Page")
            .or()
            .haveSimpleName("MetricHistory")
            .or()
            .haveSimpleName("HotRequest")
            .or()
            .implement("io.headrace.streams.detect.detector.Detector")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule fragments_know_nothing_of_the_application = noClasses()
            .that()
            .resideInAnyPackage(
                    "..streams.decode..",
                    "..streams.normalize..",
                    "..streams.ledger..",
                    "..streams.route..",
                    "..streams.window..",
                    "..streams.detect..",
                    "..streams.hot..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.headrace.streams");

    @ArchTest
    static final ArchRule processors_stay_inside_their_package =
            classes().that().haveSimpleNameEndingWith("Processor").should().notBePublic();
}
