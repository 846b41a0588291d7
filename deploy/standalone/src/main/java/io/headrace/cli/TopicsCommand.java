package io.headrace.cli;

import io.headrace.config.KafkaConfig;
import io.headrace.topics.ClusterTopics;
import io.headrace.topics.Step;
import io.headrace.topics.TopicsPlan;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Topics: keeps a cluster to the catalogue. */
@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        description = "Compares a cluster's topics with the catalogue. Never deletes.",
        subcommands = {TopicsCommand.Plan.class, TopicsCommand.Apply.class})
final class TopicsCommand {
    /** A command on a cluster. */
    abstract static class OnCluster implements Runnable {
        private static final String ANSWER_WITHIN_MS = "20000";

        // set by picocli before run
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Mixin
        private KafkaOptions options = new KafkaOptions();

        final void withPlan(BiConsumer<ClusterTopics, TopicsPlan> work) {
            KafkaConfig kafka = options.kafka();
            Map<String, Object> settings = kafka.clientSettings();
            settings.put("default.api.timeout.ms", ANSWER_WITHIN_MS);
            settings.put("request.timeout.ms", "10000");
            try (Admin admin = Admin.create(settings)) {
                ClusterTopics topics = new ClusterTopics(admin);
                TopicsPlan plan = topics.plan(options.catalogue());
                PrintWriter out = spec.commandLine().getOut();
                plan.steps().stream().map(Step::line).forEach(out::println);
                if (plan.steps().isEmpty()) {
                    out.println("the cluster has what the catalogue has");
                }
                work.accept(topics, plan);
            }
        }
    }

    @Command(
            name = "plan",
            mixinStandardHelpOptions = true,
            description = "Shows in what the cluster differs; changes nothing.")
    static final class Plan extends OnCluster {
        @Override
        public void run() {
            withPlan((topics, plan) -> {});
        }
    }

    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            description = "Makes missing topics and sets what nobody has set; what differs by hand is kept.")
    static final class Apply extends OnCluster {
        @Override
        public void run() {
            withPlan(ClusterTopics::apply);
        }
    }
}
