package io.headrace.control;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.headrace.control", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule only_the_edge_knows_the_web_server = noClasses()
            .that()
            .doNotHaveSimpleName("HttpEdge")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.helidon..");

    @ArchTest
    static final ArchRule the_rules_of_reconciliation_know_nothing_of_kafka = noClasses()
            .that()
            .haveSimpleName("MessageBook")
            .or()
            .haveSimpleName("WindowBook")
            .or()
            .haveSimpleName("WindowTable")
            .or()
            .haveSimpleName("OffsetMarks")
            .or()
            .haveSimpleName("SeriesIndex")
            .or()
            .haveSimpleName("Suspects")
            .or()
            .haveSimpleName("WindowRule")
            .or()
            .haveSimpleName("PartitionAccount")
            .or()
            .haveSimpleName("OpenWindows")
            .or()
            .haveSimpleName("SinkAccount")
            .or()
            .haveSimpleName("Account")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule the_http_edge_knows_no_feature = noClasses()
            .that()
            .resideInAnyPackage("..control.http..", "..control.access..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..control.devices..",
                    "..control.routes..",
                    "..control.deadletters..",
                    "..control.reconcile..",
                    "..control.account..",
                    "..control.live..",
                    "..control.hot..",
                    "..control.query..",
                    "..control.console..");

    @ArchTest
    static final ArchRule only_queries_know_the_stores = noClasses()
            .that()
            .resideOutsideOfPackage("..control.query..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.duckdb..", "org.postgresql..", "org.apache.iceberg..");

    @ArchTest
    static final ArchRule features_know_nothing_of_the_control_plane_as_a_whole = noClasses()
            .that()
            .resideInAPackage("..control.*..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.headrace.control");
}
