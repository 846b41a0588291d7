package io.headrace.control.definitions;

import io.headrace.control.http.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Parts of a definition that have a record of their own, as the API has them: members in camelCase for fields in
 * snake_case, words in lower case for symbols; unknown members refused, missing ones as the schema has them.
 */
public final class RecordJson {
    private RecordJson() {}

    /**
     * @param path of the object in the body, for what is said of its members
     * @throws Problem (400) that names the member and what is wanted
     */
    public static <V extends SpecificRecord> V read(Class<V> type, Map<String, Object> members, String path) {
        Schema schema = SpecificData.get().getSchema(type);
        return type.cast(record(schema, members, path));
    }

    private static SpecificRecord record(Schema schema, Map<?, ?> members, String path) {
        Map<String, Field> fields = schema.getFields().stream()
                .collect(Collectors.toMap(
                        field -> camel(field.name()), field -> field, (a, b) -> a, LinkedHashMap::new));
        for (Object name : members.keySet()) {
            if (!fields.containsKey(String.valueOf(name))) {
                throw Problem.badRequest(path + " has an unknown member " + name + ": it may have "
                        + String.join(", ", fields.keySet()));
            }
        }
        SpecificRecord made =
                (SpecificRecord) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
        fields.forEach((name, field) -> {
            Object given = members.get(name);
            if (given == null && !field.hasDefaultValue()) {
                throw Problem.badRequest(path + "." + name + " is missing");
            }
            made.put(
                    field.pos(),
                    given == null
                            ? SpecificData.get().getDefaultValue(field)
                            : value(field.schema(), given, path + "." + name));
        });
        return made;
    }

    private static Object value(Schema schema, Object given, String path) {
        return switch (schema.getType()) {
            case UNION -> value(schema.getTypes().get(1), given, path);
            case RECORD -> record(schema, map(given, path), path);
            case ARRAY -> list(schema.getElementType(), given, path);
            case MAP -> {
                Map<String, Object> values = new LinkedHashMap<>();
                map(given, path)
                        .forEach((name, each) -> values.put(
                                String.valueOf(name), value(schema.getValueType(), each, path + "." + name)));
                yield values;
            }
            case ENUM -> symbol(schema, given, path);
            case STRING -> wanted(given instanceof String, given, path, "a text");
            case BOOLEAN -> wanted(given instanceof Boolean, given, path, "true or false");
            case DOUBLE -> ((Number) wanted(given instanceof Number, given, path, "a number")).doubleValue();
            case LONG -> whole(given, path);
            case INT -> {
                long number = whole(given, path);
                wanted(number == (int) number, given, path, "a smaller number");
                yield (int) number;
            }
            default -> throw new IllegalArgumentException("no definition has a " + schema.getType());
        };
    }

    private static long whole(Object given, String path) {
        wanted(given instanceof Integer || given instanceof Long, given, path, "a whole number");
        return ((Number) given).longValue();
    }

    private static Map<?, ?> map(Object given, String path) {
        return (Map<?, ?>) wanted(given instanceof Map, given, path, "an object");
    }

    private static List<Object> list(Schema element, Object given, String path) {
        List<Object> values = new ArrayList<>();
        for (Object each : (Collection<?>) wanted(given instanceof Collection, given, path, "an array")) {
            wanted(each != null, path, path, "an array without null");
            values.add(value(element, each, path));
        }
        return values;
    }

    private static Object symbol(Schema schema, Object given, String path) {
        Class<?> type = SpecificData.get().getClass(schema);
        return Arrays.stream(type.getEnumConstants())
                .filter(each -> word(each).equals(given))
                .findFirst()
                .orElseThrow(() -> Problem.badRequest(path + " must be "
                        + Arrays.stream(type.getEnumConstants())
                                .map(RecordJson::word)
                                .collect(Collectors.joining(", "))));
    }

    private static Object wanted(boolean fits, Object given, String path, String what) {
        if (!fits) {
            throw Problem.badRequest(path + " must be " + what);
        }
        return given;
    }

    /** Members of a record, without those that are null. */
    public static Map<String, Object> shown(SpecificRecord record) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (Field field : record.getSchema().getFields()) {
            Object value = shownValue(record.get(field.pos()));
            if (value != null) {
                members.put(camel(field.name()), value);
            }
        }
        return members;
    }

    private static @Nullable Object shownValue(@Nullable Object value) {
        return switch (value) {
            case SpecificRecord record -> shown(record);
            case Collection<?> list -> list.stream().map(RecordJson::shownValue).toList();
            case Enum<?> symbol -> word(symbol);
            case null, default -> value;
        };
    }

    private static String word(Object symbol) {
        return symbol.toString().toLowerCase(Locale.ROOT);
    }

    private static String camel(String field) {
        StringBuilder name = new StringBuilder();
        for (String word : field.split("_", -1)) {
            name.append(name.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return name.toString();
    }
}
