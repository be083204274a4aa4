package org.liuhen.review.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.liuhen.custody.evidence.Units;

/** The figures of a period as a table for spreadsheets, with cells as those of {@link ItemTable}. */
final class FigureTable {
    /** The figures with their names in Chinese and English, each with what it is a part of; null where it is a number alone. */
    private record Column(String figure, String of, String chinese, String english) {}

    private static final List<Column> ITEMS = List.of(
            new Column("items", null, "件数", "Items"),
            new Column("in_time", "items", "及时上传", "In time"),
            new Column("late_explained", null, "迟传已说明", "Late, explained"),
            new Column("categorised", "items", "已分类", "Categorised"),
            new Column("linked", "items", "已关联", "Linked"));
    private static final List<Column> DISPATCHES = List.of(
            new Column("dispatches", null, "出警", "Dispatches"),
            new Column("recorded", "dispatches", "有录像", "With recording"),
            new Column("explained", null, "无录像已说明", "Without recording, explained"));

    private final Writer out;
    private final boolean chinese;

    FigureTable(Writer out, boolean chinese) {
        this.out = out;
        this.chinese = chinese;
    }

    /** Writes a line for each unit. Its figures include those of the units below it. */
    void units(List<ObjectNode> days, Map<String, String> names) throws IOException {
        List<Column> columns =
                Stream.of(ITEMS, DISPATCHES).flatMap(List::stream).toList();
        head(chinese ? List.of("单位代码", "单位名称") : List.of("Unit", "Name"), columns);
        Set<String> units = days.stream().map(FigureTable::unit).collect(Collectors.toCollection(LinkedHashSet::new));
        for (String unit : units) {
            List<ObjectNode> counted =
                    days.stream().filter(day -> isIn(unit(day), unit)).toList();
            line(List.of(unit, names.getOrDefault(unit, "")), columns, counted);
        }
    }

    /** Writes a line for each officer. */
    void officers(List<ObjectNode> officers) throws IOException {
        head(List.of(chinese ? "警号" : "Officer"), ITEMS);
        for (ObjectNode officer : officers) {
            line(List.of(officer.path("officerNo").asText()), ITEMS, List.of(officer));
        }
    }

    private static String unit(ObjectNode day) {
        return day.path("unitCode").asText();
    }

    /** Whether a unit is this one or below it. Two codes of one unit stand beside each other. */
    private static boolean isIn(String unit, String over) {
        String prefix = Units.prefix(over);
        return unit.equals(over) || (!over.isEmpty() && !Units.prefix(unit).equals(prefix) && unit.startsWith(prefix));
    }

    private void head(List<String> first, List<Column> columns) throws IOException {
        List<String> cells = new ArrayList<>(first);
        for (Column column : columns) {
            String name = chinese ? column.chinese() : column.english();
            cells.add(name);
            if (column.of() != null) {
                cells.add(name + " %");
            }
        }
        out.write(ItemTable.BYTE_ORDER_MARK);
        ItemTable.line(out, cells);
    }

    private void line(List<String> first, List<Column> columns, Collection<ObjectNode> counted) throws IOException {
        List<String> cells = new ArrayList<>(first);
        for (Column column : columns) {
            long number = sum(counted, column.figure());
            cells.add(String.valueOf(number));
            if (column.of() != null) {
                long of = sum(counted, column.of());
                cells.add(of == 0 ? "" : String.format("%.1f", 100.0 * number / of));
            }
        }
        ItemTable.line(out, cells);
    }

    private static long sum(Collection<ObjectNode> counted, String figure) {
        return counted.stream().mapToLong(one -> one.path(figure).asLong()).sum();
    }
}
