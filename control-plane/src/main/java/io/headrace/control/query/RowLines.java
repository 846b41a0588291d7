package io.headrace.control.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.duckdb.DuckDBStruct;
import org.jspecify.annotations.Nullable;

/**
 * Lines of JSON: an object of the columns, an array for each row, an object at the end. Times are texts of ISO 8601 in
 * UTC; what JSON's numbers can't hold for everybody, decimals and infinities, is text too.
 */
final class RowLines {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
    private final JsonGenerator json;

    RowLines() {
        try {
            this.json = new JsonFactory().createGenerator(bytes).setRootValueSeparator(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int size() {
        return bytes.size();
    }

    /** What was written since it was last taken. */
    byte[] take() {
        byte[] taken = bytes.toByteArray();
        bytes.reset();
        return taken;
    }

    void columns(ResultSetMetaData columns) throws SQLException {
        try {
            json.writeStartObject();
            json.writeArrayFieldStart("columns");
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                json.writeStartObject();
                json.writeStringField("name", columns.getColumnName(i));
                json.writeStringField("type", columns.getColumnTypeName(i));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void row(ResultSet row, ResultSetMetaData columns) throws SQLException {
        try {
            json.writeStartArray();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                boolean hasNoZone = columns.getColumnTypeName(i).startsWith("TIMESTAMP")
                        && !columns.getColumnTypeName(i).endsWith("ZONE");
                value(hasNoZone ? row.getObject(i, LocalDateTime.class) : row.getObject(i));
            }
            json.writeEndArray();
            end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An object with one member. */
    void object(String name, Map<String, Object> members) {
        try {
            json.writeStartObject();
            json.writeFieldName(name);
            json.writeStartObject();
            for (Map.Entry<String, Object> member : members.entrySet()) {
                json.writeFieldName(member.getKey());
                try {
                    value(member.getValue());
                } catch (SQLException e) {
                    throw new IllegalStateException("no value of a database", e);
                }
            }
            json.writeEndObject();
            json.writeEndObject();
            end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void end() throws IOException {
        json.flush();
        bytes.write('\n');
    }

    private void value(@Nullable Object value) throws IOException, SQLException {
        switch (value) {
            case null -> json.writeNull();
            case Boolean flag -> json.writeBoolean(flag);
            case Double number when Double.isFinite(number) -> json.writeNumber(number);
            case Float number when Float.isFinite(number) -> json.writeNumber(number);
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case Short number -> json.writeNumber(number);
            case Byte number -> json.writeNumber(number);
            case BigInteger number -> json.writeNumber(number);
            case BigDecimal number -> json.writeString(number.toPlainString());
            case OffsetDateTime time ->
                json.writeString(DateTimeFormatter.ISO_INSTANT.format(time.withOffsetSameInstant(ZoneOffset.UTC)));
            case Array array -> list((Object[]) array.getArray());
            case DuckDBStruct struct -> map(struct.getMap());
            case Map<?, ?> map -> map(map);
            default -> json.writeString(value.toString());
        }
    }

    private void list(@Nullable Object[] values) throws IOException, SQLException {
        json.writeStartArray();
        for (Object value : values) {
            value(value);
        }
        json.writeEndArray();
    }

    private void map(Map<?, ?> map) throws IOException, SQLException {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            json.writeFieldName(String.valueOf(entry.getKey()));
            value(entry.getValue());
        }
        json.writeEndObject();
    }
}
