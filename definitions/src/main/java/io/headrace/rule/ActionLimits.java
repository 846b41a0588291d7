package io.headrace.rule;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.DeviceId;
import io.headrace.record.CommandAction;
import io.headrace.record.EmailAction;
import io.headrace.record.Notification;
import io.headrace.record.RuleAction;
import io.headrace.template.Places;
import io.headrace.template.Template;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.Schema.Field;

/** What the actions of a rule may be. */
final class ActionLimits {
    private static final int MAX_ACTIONS = 10;
    private static final int MAX_RECEIVERS = 10;
    private static final int MAX_SUBJECT = 200;
    private static final int MAX_PAYLOAD = 4_096;
    private static final long SHORTEST_TTL_MS = 1_000;
    private static final long LONGEST_TTL_MS = Duration.ofDays(1).toMillis();

    /** RFC 5321's mailbox without its quoted and bracketed forms, within the lengths of its section 4.5.3.1. */
    private static final Pattern ADDRESS =
            Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
                    + "@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

    private static final int MAX_ADDRESS = 254;
    private static final int MAX_LOCAL_PART = 64;

    private static final Pattern COMMAND = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /** What may stand in a place. */
    private static final Set<String> FIELDS = Notification.getClassSchema().getFields().stream()
            .map(Field::name)
            .collect(Collectors.toCollection(TreeSet::new));

    private ActionLimits() {}

    static void require(List<RuleAction> actions) throws InvalidRuleException {
        if (actions.size() > MAX_ACTIONS) {
            throw new InvalidRuleException("actions", "must be at most " + MAX_ACTIONS);
        }
        for (int i = 0; i < actions.size(); i++) {
            require(actions.get(i), "actions[" + i + "]");
        }
    }

    private static void require(RuleAction action, String member) throws InvalidRuleException {
        int kinds = (action.getWebhook() == null ? 0 : 1)
                + (action.getEmail() == null ? 0 : 1)
                + (action.getCommand() == null ? 0 : 1);
        if (kinds != 1) {
            throw new InvalidRuleException(member, "must have one of webhook, email and command");
        }
        if (new HashSet<>(action.getOn()).size() != action.getOn().size()) {
            throw new InvalidRuleException(member + ".on", "must have each change once");
        }
        if (action.getWebhook() != null && !Catalogue.isRouteName(action.getWebhook())) {
            throw new InvalidRuleException(member + ".webhook", "must be 1 to 64 of A-Z a-z 0-9 _ -");
        }
        if (action.getEmail() != null) {
            email(action.getEmail(), member + ".email");
        }
        if (action.getCommand() != null) {
            command(action.getCommand(), member + ".command");
        }
    }

    private static void email(EmailAction email, String member) throws InvalidRuleException {
        List<String> to = email.getTo();
        if (to.isEmpty() || to.size() > MAX_RECEIVERS || new HashSet<>(to).size() != to.size()) {
            throw new InvalidRuleException(member + ".to", "must be 1 to " + MAX_RECEIVERS + " addresses, each once");
        }
        for (int i = 0; i < to.size(); i++) {
            if (!isAddress(to.get(i))) {
                throw new InvalidRuleException(member + ".to[" + i + "]", "must be an address such as ops@example.org");
            }
        }
        String subject = email.getSubject();
        if (subject == null) {
            return;
        }
        if (subject.isBlank()
                || subject.length() > MAX_SUBJECT
                || CONTROL.matcher(subject).find()) {
            throw new InvalidRuleException(
                    member + ".subject", "must be one line of 1 to " + MAX_SUBJECT + " characters");
        }
        try {
            places(Places.in(subject), member + ".subject");
        } catch (IllegalArgumentException wrong) {
            throw new InvalidRuleException(member + ".subject", String.valueOf(wrong.getMessage()));
        }
    }

    private static boolean isAddress(String text) {
        return text.length() <= MAX_ADDRESS
                && text.indexOf('@') <= MAX_LOCAL_PART
                && ADDRESS.matcher(text).matches();
    }

    private static void command(CommandAction command, String member) throws InvalidRuleException {
        if (!COMMAND.matcher(command.getName()).matches()) {
            throw new InvalidRuleException(member + ".name", "must be 1 to 64 of A-Z a-z 0-9 . _ -");
        }
        if (command.getDevice() != null && !DeviceId.isValid(command.getDevice())) {
            throw new InvalidRuleException(member + ".device", "must be a device's id");
        }
        if (command.getTtlMs() < SHORTEST_TTL_MS || command.getTtlMs() > LONGEST_TTL_MS) {
            throw new InvalidRuleException(member + ".ttlMs", "must be " + SHORTEST_TTL_MS + " to " + LONGEST_TTL_MS);
        }
        String payload = command.getPayload();
        if (payload == null) {
            return;
        }
        if (payload.length() > MAX_PAYLOAD) {
            throw new InvalidRuleException(member + ".payload", "must be at most " + MAX_PAYLOAD + " characters");
        }
        try {
            places(new Template(payload).paths(), member + ".payload");
        } catch (IllegalArgumentException wrong) {
            throw new InvalidRuleException(member + ".payload", String.valueOf(wrong.getMessage()));
        }
    }

    private static void places(Collection<String> paths, String member) throws InvalidRuleException {
        for (String path : paths) {
            if (!FIELDS.contains(path.split("\\.", 2)[0])) {
                throw new InvalidRuleException(
                        member, "has ${" + path + "}; a place may have " + String.join(", ", FIELDS));
            }
        }
    }
}
