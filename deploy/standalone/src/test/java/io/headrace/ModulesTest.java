package io.headrace;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies between modules point one way; the assembly alone sees them all. */
@AnalyzeClasses(packages = "io.headrace", importOptions = ImportOption.DoNotIncludeTests.class)
class ModulesTest {
    private static final String[] SCHEMAS = {
        "io.headrace.catalogue..",
        "io.headrace.condition..",
        "io.headrace.config..",
        "io.headrace.record..",
        "io.headrace.registry..",
        "io.headrace.route..",
        "io.headrace.rule..",
        "io.headrace.secret..",
        "io.headrace.template..",
        "io.headrace.topics..",
        "io.headrace.wear..",
        "io.headrace.wire.."
    };
    private static final String[] ASSEMBLY = {
        "io.headrace.cli..",
        "io.headrace.client..",
        "io.headrace.demo..",
        "io.headrace.history..",
        "io.headrace.prognosis..",
        "io.headrace.standalone.."
    };

    @ArchTest
    static final ArchRule modulesDependOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.headrace..")
            .layer("schemas")
            .definedBy(SCHEMAS)
            .layer("gateway")
            .definedBy("io.headrace.gateway..")
            .layer("streams")
            .definedBy("io.headrace.streams..")
            .layer("sinks")
            .definedBy("io.headrace.sinks..")
            .layer("control")
            .definedBy("io.headrace.control..")
            .layer("testing")
            .definedBy("io.headrace.embedded..", "io.headrace.testing..")
            .layer("testkit")
            .definedBy("io.headrace.testkit..")
            .layer("assembly")
            .definedBy(ASSEMBLY)
            .whereLayer("assembly")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("gateway")
            .mayOnlyBeAccessedByLayers("assembly")
            .whereLayer("streams")
            .mayOnlyBeAccessedByLayers("testkit", "assembly")
            .whereLayer("sinks")
            .mayOnlyBeAccessedByLayers("assembly")
            .whereLayer("control")
            .mayOnlyBeAccessedByLayers("assembly")
            .whereLayer("testing")
            .mayOnlyBeAccessedByLayers("testkit", "assembly")
            .whereLayer("schemas")
            .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule theAssemblyHasNoCycles = slices().matching(
                    "io.headrace.(cli|client|demo|history|prognosis|standalone)..")
            .should()
            .beFreeOfCycles();
}
