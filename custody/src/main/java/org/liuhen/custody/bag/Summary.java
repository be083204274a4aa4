package org.liuhen.custody.bag;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Rejected;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ExportEvent.Exported;
import org.liuhen.custody.log.SignedNote;

/**
 * The package for a person, in Chinese and English, for paper: the facts in the order in which the rules on electronic data
 * ask for them (《关于办理刑事案件收集提取和审查判断电子数据若干问题的规定》, articles 22 to 24), and those that a certificate under
 * Federal Rules of Evidence 902(13) and (14) states. It is a reading aid: what counts is what {@code verify.html} checks.
 */
final class Summary {
    private static final String STYLE =
            "body{font:14px/1.5 'Noto Sans SC','Microsoft YaHei',system-ui,sans-serif;margin:2em auto;"
                    + "max-width:60em;padding:0 1em}table{border-collapse:collapse;width:100%;margin:.5em 0 1.5em}"
                    + "th,td{border:1px solid #999;padding:.25em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
                    + "th{background:#eee;font-weight:600}h2{break-before:auto;margin-top:2em;font-size:1.2em}"
                    + "code{font:12px ui-monospace,monospace}tr{break-inside:avoid}@page{margin:18mm}"
                    + ".sign{break-inside:avoid}.sign th{width:14em}.sign td{height:3em}";

    /** The tags of BagIt (RFC 8493) in words; others stand as they are. */
    private static final Map<String, String> FACTS = Map.of(
            "Source-Organization", "出具方 Issued by",
            "External-Description", "用途 Purpose",
            "Contact-Name", "申请人 Asked for by",
            "Bagging-Date", "出具日期 Date",
            "Bag-Software-Agent", "软件 Software",
            "Recipient", "接收单位或接收人 Recipient");

    /** Who signs the paper, when, and with which seal. */
    private static final List<String> SIGNATURES = List.of(
            "移送单位（盖章） Handed over by (office, seal)",
            "移送人 Name",
            "移送时间 Handed over on",
            "接收单位（盖章） Received by (office, seal)",
            "接收人 Name",
            "接收时间 Received on");

    /** Local time with its offset from UTC, such as {@code 2026-11-28 16:31:05 UTC+08:00}. */
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'xxx");

    private final StringBuilder page = new StringBuilder();
    private final ZoneId zone;

    private Summary(ZoneId zone) {
        this.zone = zone;
    }

    /**
     * The page.
     *
     * @param facts the tags of {@code bag-info.txt}
     * @param zone the zone of the times in it
     */
    static byte[] of(String exportId, Map<String, BagItem> items, Map<String, String> facts, ZoneId zone) {
        Summary summary = new Summary(zone);
        summary.page
                .append("<!doctype html><html lang=\"zh\"><meta charset=\"utf-8\"><title>")
                .append(html(exportId))
                .append("</title><style>")
                .append(STYLE)
                .append("</style><h1>证据移送清单 · Evidence package</h1>");
        summary.page.append(
                "<p>本页供阅读，不作验证。请用 <b>verify.html</b> 或其他程序验证整个文件夹。<br>"
                        + "This page is for reading. Verify the whole folder with <b>verify.html</b> or another program.</p><table>");
        summary.row("移送编号 Export", exportId);
        facts.forEach((name, value) -> {
            if (!value.equals(exportId)) {
                summary.row(FACTS.getOrDefault(name, name), value);
            }
        });
        summary.row("份数 Items", Integer.toString(items.size()));
        summary.page.append("</table>");
        items.forEach(summary::item);
        summary.page.append("<h2>签收 Signatures</h2><table class=\"sign\">");
        SIGNATURES.forEach(name -> summary.row(name, ""));
        summary.page.append("</table>");
        summary.page.append("</html>\n");
        return summary.page.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void item(String id, BagItem item) {
        List<Entry> trail = new ArrayList<>();
        for (byte[] line : item.trail()) {
            try {
                trail.add(Entry.decode(line));
            } catch (MalformedEventException impossible) {
                throw new IllegalArgumentException("The trail of " + id + " was read from the log", impossible);
            }
        }
        page.append("<h2>").append(html(item.fileName().value())).append("</h2><table>");
        row("证据编号 Evidence ID", id);
        source(trail);
        signatures(item.end().checkpoint());
        repeatable(trail);
        changes(trail);
        unchanged(item, trail);
        row(
                "原件与复制件一致 Original equals copy",
                "本文件夹中的文件按下列哈希值与原件一致；验证时重新计算。 The file in this folder has the digest of the original;"
                        + " verification computes it again. SHA-256 "
                        + item.original().sha256() + ", SHA-512 "
                        + item.original().sha512() + ", " + item.sizeBytes() + " bytes");
        page.append("</table><table><tr><th>序号 No.</th><th>记录时间 Recorded</th><th>事项 Act</th><th>人员 Actor</th>"
                + "<th>理由 Purpose</th><th>工具 Tool</th></tr>");
        trail.forEach(this::act);
        page.append("</table>");
    }

    /** 1: where it came from and in which medium. */
    private void source(List<Entry> trail) {
        for (Entry entry : trail) {
            if (entry.event() instanceof Declared declared) {
                EventContext context = declared.context();
                row(
                        "来源与存储介质 Source medium",
                        ActText.of(context.actor())
                                + (context.actor().unitCode() == null
                                        ? ""
                                        : " (" + context.actor().unitCode() + ")")
                                + "; 设备 device "
                                + (declared.capture() == null
                                        ? "–"
                                        : text(declared.capture().deviceSerial()))
                                + "; 申报 declared " + time(context.occurredAt()) + "; 身份凭据 credential "
                                + context.actor().credential());
            } else if (entry.event() instanceof Received received) {
                row(
                        "存放位置 Stored as",
                        received.object().bucket() + "/" + received.object().key()
                                + (received.object().versionId() == null
                                        ? ""
                                        : ", version " + received.object().versionId()));
            } else if (entry.event() instanceof Sealed sealed) {
                row("封存 Sealed", "至 until " + time(sealed.retainUntil()) + " (" + sealed.enforcement() + ")");
            }
        }
    }

    /** 2: signatures and certificates. */
    private void signatures(SignedNote head) {
        row(
                "数字签名 Signatures",
                "日志及其见证方签名 log and witnesses: "
                        + head.signatures().stream()
                                .map(SignedNote.Signature::name)
                                .collect(Collectors.joining(", ")));
    }

    /** 3: whether the process can be repeated. */
    private void repeatable(List<Entry> trail) {
        row(
                "过程可重现 Repeatable process",
                trail.stream()
                        .map(entry -> entry.event().context().instrument().tool() + " "
                                + entry.event().context().instrument().version())
                        .distinct()
                        .collect(Collectors.joining(", ")));
    }

    /** 4: additions, deletions and changes, and why. */
    private void changes(List<Entry> trail) {
        long refused = trail.stream()
                .filter(entry -> entry.event() instanceof CustodyEvent.Refused)
                .count();
        row(
                "增加、删除、修改 Changes explained",
                "文件未曾改动；系统一次写入，无修改功能。 The file was never changed: it is written once. 未获准的操作 refused acts: " + refused);
    }

    /** 5: that the digest is the one of the seizure. */
    private void unchanged(BagItem item, List<Entry> trail) {
        for (Entry entry : trail) {
            if (entry.event() instanceof Declared declared) {
                row(
                        "完整性校验值（申报） Digest as declared",
                        "SHA-256 " + declared.sha256().hex());
            } else if (entry.event() instanceof Verified verified) {
                row(
                        "完整性校验值（入库复读） Digest as read back",
                        "SHA-256 " + verified.sha256().hex() + ", " + time(entry.recordedAt()));
            } else if (entry.event() instanceof Rejected rejected) {
                row(
                        "不一致 REJECTED",
                        rejected.reason() + "; SHA-256 "
                                + (rejected.sha256() == null
                                        ? "–"
                                        : rejected.sha256().hex()));
            } else if (entry.event() instanceof Exported exported) {
                row(
                        "完整性校验值（移送） Digest as exported",
                        "SHA-256 " + exported.sha256().hex() + ", " + time(entry.recordedAt()) + " → "
                                + exported.recipient());
            }
        }
        row(
                "FRE 902(13), (14)",
                "电子过程产生并以哈希值认证的副本；证明人须具名签署。 Generated by an electronic process and authenticated by digest (SHA-256 "
                        + item.original().sha256() + "); a qualified person signs the certificate.");
    }

    private void act(Entry entry) {
        EventContext context = entry.event().context();
        page.append("<tr><td>").append(entry.itemSequence() + 1); // from 1, as people count
        for (String cell : new String[] {
            time(entry.recordedAt()),
            (ActText.of(entry.event()) + " " + PlayedText.of(entry.event())).strip(),
            ActText.of(context.actor()),
            text(context.purpose()),
            context.instrument().tool() + " " + context.instrument().version()
        }) {
            page.append("</td><td>").append(html(cell));
        }
        page.append("</td></tr>");
    }

    private void row(String name, String value) {
        page.append("<tr><th>")
                .append(html(name))
                .append("</th><td>")
                .append(html(value))
                .append("</td></tr>");
    }

    private String time(Instant at) {
        return TIME.format(at.atZone(zone));
    }

    private static String text(String value) {
        return value == null ? "–" : value;
    }

    private static String html(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
