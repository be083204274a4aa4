package org.liuhen.review.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringWriter;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ItemTableTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=1+1",
                "+1",
                "-1",
                "@SUM(A1)",
                "\t=1",
                "\r=1",
                "\n=1",
                "＝1",
                "＋1",
                "－1",
                "＠a",
                "=cmd|' /C calc'!A0",
                "=\",\"=1"
            })
    void noTextIsAFormula(String text) {
        assertEquals("\"'" + text.replace("\"", "\"\"") + "\"", ItemTable.cell(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a|\"a\"",
                "``|\"\"",
                "笔录,（王）|\"笔录,（王）\"",
                "a\"b|\"a\"\"b\"",
                "2026-11-28|\"2026-11-28\"",
                "a=1|\"a=1\""
            })
    void aTextStaysInItsCell(String text, String cell) {
        assertEquals(cell, ItemTable.cell(text));
    }

    @Test
    void anItemIsALineAsExcelReadsIt() throws Exception {
        ObjectNode item = (ObjectNode)
                JSON.readTree(
                        "{\"id\":\"01a\",\"fileName\":\"-录像.mp4\",\"state\":\"verified\","
                                + "\"recordedFrom\":\"2026-11-27T16:30:05.250Z\",\"declaredAt\":\"2026-11-27T18:00:00Z\","
                                + "\"captureTime\":{\"lengthMillis\":61250},\"sizeBytes\":40000000,\"mediaType\":\"video/mp4\","
                                + "\"sender\":\"DOCK-1\",\"officerNo\":\"110023\",\"units\":[\"110105\"],\"cases\":[\"C-1\",\"C-2\"],\"category\":\"GENERAL\"}");
        StringWriter text = new StringWriter();
        ItemTable table = new ItemTable(text, true, ZoneId.of("Asia/Shanghai"));
        table.head();
        table.item(item);
        String[] lines = text.toString().split("\r\n", -1);
        assertTrue(lines[0].startsWith("\uFEFF\"编号\",\"文件名\",\"状态\",\"录制时间 (Asia/Shanghai)\""), lines[0]);
        assertEquals(
                "\"01a\",\"'-录像.mp4\",\"已核验\",\"2026-11-28 00:30:05\",\"2026-11-28 02:00:00\",\"61.3\",\"40000000\","
                        + "\"video/mp4\",\"110023\",\"DOCK-1\",\"\",\"110105\",\"C-1 C-2\",\"一般执法记录\",\"\",\"\",\"\"",
                lines[1]);
        assertEquals(lines[0].split(",").length, lines[1].split(",").length);
        assertEquals("", lines[2]);
    }

    @Test
    void aRecordingBeganWhenTheClockOfItsDeviceSays() throws Exception {
        ObjectNode item = (ObjectNode)
                JSON.readTree(
                        "{\"id\":\"01a\",\"recordedFrom\":\"2026-11-28T03:14:58Z\","
                                + "\"captureTime\":{\"clock\":\"DEVICE\",\"earliest\":\"2026-11-28T03:14:58Z\",\"latest\":\"2026-11-28T03:15:02Z\"}}");
        StringWriter text = new StringWriter();
        new ItemTable(text, false, ZoneId.of("UTC")).item(item);
        assertTrue(text.toString().contains("\"2026-11-28 03:15:00\""), text.toString());
    }

    /** The list marks it in the place of its state; a table keeps both. */
    @ParameterizedTest
    @CsvSource({"true,核验异常,已核验", "false,Does not verify,verified"})
    void anItemWhoseChainDoesNotVerifyIsMarked(boolean chinese, String head, String state) throws Exception {
        StringWriter text = new StringWriter();
        ItemTable table = new ItemTable(text, chinese, ZoneId.of("UTC"));
        table.head();
        table.item(JSON.createObjectNode()
                .put("id", "01a")
                .put("state", "verified")
                .put("chainFault", "VF-103 VF-108"));
        assertTrue(text.toString().contains(",\"SHA-256\",\"" + head + "\"\r\n"), "last: " + text);
        assertTrue(text.toString().contains("\r\n\"01a\",\"\",\"" + state + "\","), text.toString());
        assertTrue(text.toString().endsWith(",\"VF-103 VF-108\"\r\n"), text.toString());
    }

    @Test
    void inEnglishTheStateIsTheWordOfTheRecord() throws Exception {
        StringWriter text = new StringWriter();
        ItemTable table = new ItemTable(text, false, ZoneId.of("UTC"));
        table.head();
        table.item(JSON.createObjectNode()
                .put("id", "01a")
                .put("state", "rejected")
                .put("declaredAt", "never"));
        assertTrue(text.toString().contains("\"Uploaded (UTC)\""), text.toString());
        assertTrue(text.toString().contains("\r\n\"01a\",\"\",\"rejected\",\"\",\"never\",\"\""), text.toString());
    }
}
