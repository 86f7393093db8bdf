package org.plumbline.verification.cli;

import dev.hardwood.row.PqList;
import dev.hardwood.row.PqMap;
import dev.hardwood.row.PqStruct;
import java.math.BigInteger;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.InputException;

/** Values of Parquet as JSON has them; times and UUIDs are their ISO text. */
final class ParquetValues {
    private ParquetValues() {}

    /**
     * A value of a column.
     *
     * @param unsigned whether a number in it has no sign
     * @throws InputException if JSON has nothing like it
     */
    static @Nullable Object plain(@Nullable Object value, boolean unsigned) {
        return switch (value) {
            case Integer number when unsigned -> Integer.toUnsignedLong(number);
            case Long number when unsigned && number < 0 -> new BigInteger(Long.toUnsignedString(number));
            case null, default -> plain(value);
        };
    }

    /**
     * A value of any type.
     *
     * @throws InputException if JSON has nothing like it
     */
    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Boolean _, Number _, String _ -> value;
            case TemporalAccessor time -> time.toString();
            case UUID id -> id.toString();
            case PqList list -> list(list);
            case PqStruct struct -> struct(struct);
            case PqMap map -> map(map);
            default -> throw new InputException("found a value of type " + value.getClass().getSimpleName()
                    + ", expected text, numbers, times, lists or structures");
        };
    }

    private static List<@Nullable Object> list(PqList list) {
        List<@Nullable Object> values = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            values.add(plain(list.get(i)));
        }
        return values;
    }

    private static Map<String, @Nullable Object> struct(PqStruct struct) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < struct.getFieldCount(); i++) {
            fields.put(struct.getFieldName(i), plain(struct.getValue(i)));
        }
        return fields;
    }

    private static Map<String, @Nullable Object> map(PqMap map) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        map.getEntries().forEach(entry -> fields.put(String.valueOf(entry.getKey()), plain(entry.getValue())));
        return fields;
    }
}
