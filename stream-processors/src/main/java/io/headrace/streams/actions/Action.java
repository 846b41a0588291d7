package io.headrace.streams.actions;

import io.headrace.record.ActionEvent;
import io.headrace.record.CommandAction;
import io.headrace.record.EmailAction;
import io.headrace.record.RuleAction;
import io.headrace.template.Template;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One action of a rule, ready to be done.
 *
 * @param index its place among the rule's, part of the id of what it does
 * @param on when it is done
 */
record Action(int index, Set<ActionEvent> on, Deed deed) {
    /** What it does. */
    sealed interface Deed {
        /** As meters spell it. */
        default String kind() {
            return switch (this) {
                case Webhook webhook -> "webhook";
                case Email email -> "email";
                case Command command -> "command";
            };
        }
    }

    /** @param target name of the connector's target */
    record Webhook(String target) implements Deed {}

    /** @param subject with places; empty for the sink's own */
    record Email(List<String> to, Optional<String> subject) implements Deed {}

    /**
     * @param payload empty for no bytes
     * @param device empty for the one that the alert is about
     */
    record Command(String name, Optional<Template> payload, Optional<String> device, long ttlMs) implements Deed {}

    /**
     * Whether it is to be done for an alert that another one tells of, a group's: people are told by that one, and a device
     * that the action names does it once, but each device of the group is to do what it is to do.
     */
    boolean isForPart() {
        return deed instanceof Command command && command.device().isEmpty();
    }

    /** @param actions of a sound rule */
    static List<Action> of(List<RuleAction> actions) {
        List<Action> all = new ArrayList<>();
        for (RuleAction action : actions) {
            Set<ActionEvent> on =
                    action.getOn().isEmpty() ? EnumSet.of(ActionEvent.RAISED) : EnumSet.copyOf(action.getOn());
            all.add(new Action(all.size(), on, deed(action)));
        }
        return List.copyOf(all);
    }

    private static Deed deed(RuleAction action) {
        EmailAction email = action.getEmail();
        CommandAction command = action.getCommand();
        if (email != null) {
            return new Email(List.copyOf(email.getTo()), Optional.ofNullable(email.getSubject()));
        }
        if (command != null) {
            return new Command(
                    command.getName(),
                    Optional.ofNullable(command.getPayload()).map(Template::new),
                    Optional.ofNullable(command.getDevice()),
                    command.getTtlMs());
        }
        return new Webhook(action.getWebhook());
    }
}
