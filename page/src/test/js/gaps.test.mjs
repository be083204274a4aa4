import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";

import { here } from "../../main/resources/org/liuhen/page/core.js";
import { wrongTable } from "../../main/resources/org/liuhen/page/devices.js";
import { showGaps } from "../../main/resources/org/liuhen/page/gaps.js";
import { place, station } from "./dom.mjs";

const noSegments = { open: 0, recordings: [], explainedInAll: 0, explained: [] };

test("a table of dispatch records that is refused says the line, and what belongs there", () => {
  const refused = why => wrongTable({ code: "RV-118", message: "", detail: `Record 3: ${why}. None of this request was taken` });
  here.language = "zh";
  const time = "dispatchedAt is a time with its zone (RFC 3339), such as 2026-11-25T08:00:00+08:00; got 2026/11/27 01:00";
  assert.equal(refused(time), "第 4 行不符，整表未导入：dispatchedAt 须写明日期、时间和时区，如 2026-11-25T08:00:00+08:00 (RV-118)");
  assert.equal(refused("A dispatch record has no member unit; it has unitCode"), "第 4 行不符，整表未导入：没有 unit 这一列 (RV-118)");
  assert.equal(
    refused("incidentNo is missing: the number of the incident report"),
    "第 4 行不符，整表未导入：缺警情编号（incidentNo） (RV-118)",
  );
  assert.equal(wrongTable({ message: "不是警情记录", detail: "The body is empty" }), "不是警情记录");
});
test("nothing is missing only where all records were looked at; else the page says how many were not, and until when", async () => {
  here.person = { id: "1", roles: [], acts: ["SEE_GAPS"] };
  const answers = waiting =>
    station({ "/api/gaps": { open: 0, gaps: [], explainedInAll: 0, explained: [], waiting }, "/api/missing-segments": noSegments });
  const next = "2026-11-29T16:13:00Z",
    last = "2026-11-30T01:42:00Z";
  for (const [language, some, none, two] of /** @type {[string, RegExp, RegExp, RegExp]} */ ([
    ["zh", /目前没有发现应录未录/, /没有发现应录未录。缺失是/, /2 条接处警记录尚未核对，最早 .+、最迟 .+ 前核对/],
    ["en", /Nothing is missing so far/, /Nothing is missing\. /, /2 dispatch records are not looked at yet: the first by .+, the last by /],
  ])) {
    here.language = /** @type {any} */ (language);
    answers({ records: 2, next, last });
    await showGaps(() => {});
    assert.match(place("detail").textContent, some);
    assert.match(place("detail").textContent, two);
    answers({ records: 1, next, last: next });
    await showGaps(() => {});
    assert.match(
      place("detail").textContent,
      language === "zh" ? /1 条接处警记录尚未核对，[^、]+ 前核对/ : /1 dispatch record is not looked at yet: by [^,]+, [\d:]+\./,
    );
    answers({ records: 0 });
    await showGaps(() => {});
    assert.match(place("detail").textContent, none);
    assert.doesNotMatch(place("detail").textContent, /so far|目前|未核对/);
  }
});
test("the sum is of all gaps, not of the page, and the next page comes when it is asked for", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: ["SEE_GAPS"] };
  const gap = index => ({
    gapId: `DISPATCH_WITHOUT_RECORDING J${index}`,
    gapKind: "DISPATCH_WITHOUT_RECORDING",
    since: "2026-11-29T00:00:00Z",
    finding: "",
    index,
  });
  const asked = station({
    "/api/gaps?before=8": { gaps: [gap(3)] },
    "/api/gaps": { open: 3, gaps: [gap(9), gap(8)], explainedInAll: 700, explained: [{ ...gap(1), explained: { words: "设备送修" } }] },
    "/api/missing-segments?after=R-1": { recordings: [{ recordingId: "R-2", missing: [5] }] },
    "/api/missing-segments": {
      open: 2,
      recordings: [{ recordingId: "R-1", missing: [2] }],
      explainedInAll: 4,
      explained: [{ recordingId: "R-9", missing: [3], gapKind: "MISSING_SEGMENTS", explained: { words: "丢失" } }],
    },
  });
  await showGaps(() => {});
  const list = () => place("detail").all(e => e.id === "gapList")[0].children;
  assert.match(place("detail").textContent, /5 项未消除/);
  assert.match(place("detail").textContent, /\(704\)以下是最新的 2 项/);
  assert.equal(list().length, 3);
  const more = () => place("detail").all(e => e.className === "more");
  assert.deepEqual(
    more()
      .map(e => e.textContent)
      .sort(),
    ["更多 (1)", "缺少分段 · 更多 (1)"],
  );
  while (more().length) await more()[0].onclick();
  assert.ok(asked.includes("GET /api/gaps?before=8"));
  assert.ok(asked.includes("GET /api/missing-segments?after=R-1"));
  assert.equal(list().length, 5);
});
test("a gap says whose it is; the address narrows the list; missing segments are closed and taken back as other gaps are", async () => {
  here.person = { id: "1", roles: [], acts: ["SEE_GAPS", "EXPLAIN_GAP"] };
  const whose = { since: "2026-11-29T00:00:00Z", officerNos: ["110023", "110024"], unitCodes: ["110105"] },
    gap = { ...whose, gapId: "DISPATCH_WITHOUT_RECORDING J1", gapKind: "DISPATCH_WITHOUT_RECORDING", finding: "", index: 1 },
    segments = { ...whose, gapKind: "MISSING_SEGMENTS", recordingId: "R-1" },
    said = { ground: "DEVICE_BROKEN", words: "维修单 17", by: "900001", at: "2026-11-29T01:00:00Z" };
  const asked = station({
    "/api/gaps": { open: 1, gaps: [gap], explainedInAll: 0, explained: [], waiting: { records: 0 } },
    "/api/missing-segments": {
      open: 1,
      recordings: [{ ...segments, gapId: "MISSING_SEGMENTS R-1 2", missing: [2] }],
      explainedInAll: 1,
      explained: [{ ...segments, gapId: "MISSING_SEGMENTS R-2 3", recordingId: "R-2", missing: [3], explained: said }],
    },
    "/api/names": { people: {} },
    "/api/unit-names": { units: [] },
  });
  const texts = id =>
    place("detail")
      .all(e => e.id === id)[0]
      .children.map(e => e.textContent);
  const acts = id =>
    place("detail")
      .all(e => e.id === id)[0]
      .all(e => Boolean(e.dataset.act))
      .map(e => e.dataset.act);
  here.language = "zh";
  here.zone = "Asia/Urumqi"; // the machine that runs this has another one
  await showGaps(() => {}, { unit: "110105000000", from: "2026-11-01", to: "2026-11-30" });
  here.zone = "";
  const of = "unit=110105&from=2026-11-01&to=2026-11-30&zone=Asia%2FUrumqi";
  assert.ok(asked.includes(`GET /api/gaps?${of}`), asked.join("\n"));
  assert.ok(asked.includes(`GET /api/missing-segments?${of}`));
  assert.match(place("detail").textContent, /2 项未消除/);
  assert.match(texts("gapList")[0], /^缺少分段 R-1: 2.* · 110023.*110024.* · .*110105/);
  assert.match(texts("gapList")[1], /^有出警无录像 J1.* · 110023/);
  assert.match(place("detail").textContent, /已说明办结 \(1\)/);
  assert.match(texts("explainedGaps")[0], /^缺少分段 R-2: 3.*设备故障或没电 · 维修单 17 · 900001/);
  assert.deepEqual([acts("gapList"), acts("explainedGaps")], [["explainGap", "explainGap"], ["reopenGap"]]);
  here.language = "en";
  await showGaps(() => {}, { unit: "none" });
  assert.ok(asked.includes("GET /api/gaps?unit=none"));
  assert.match(texts("gapList")[0], /^Segments missing R-1: 2/);
});
test("a gap whose row was altered is said to be so, and the others are shown", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: ["SEE_GAPS", "EXPLAIN_GAP"] };
  const gap = { gapId: "LATE_UPLOAD a", gapKind: "LATE_UPLOAD", since: "2026-11-29T00:00:00Z", finding: "", index: 7 };
  station({
    "/api/gaps": {
      open: 3,
      gaps: [{ index: 9, altered: true }, gap, { ...gap, dispatchAltered: 4 }],
      explainedInAll: 1,
      explained: [{ ...gap, explained: { index: 12, altered: true, words: "伪造" } }],
      waiting: { records: 0, altered: 2 },
    },
    "/api/missing-segments": noSegments,
    "/api/unit-names": { units: [] },
  });
  await showGaps(() => {});
  const [first, second, third] = place("detail").all(e => e.id === "gapList")[0].children;
  assert.match(first.textContent, /^日志序号 9 的条目在检索库中被改动/);
  assert.match(second.textContent, /^超时上传 a/);
  assert.match(third.textContent, /^超时上传 a.*日志序号 4 的条目/);
  assert.match(place("detail").textContent, /另有 2 条接处警记录的时间在检索库中被改动/);
  const closed = place("detail").all(e => e.id === "explainedGaps")[0];
  assert.match(closed.textContent, /^超时上传 a.*日志序号 12 的条目在检索库中被改动/);
  assert.doesNotMatch(closed.textContent, /伪造|撤回/);
});
test("a late answer draws nothing: neither of an older filter, nor after another view was opened", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: ["SEE_GAPS"] };
  const slow = /** @type {Record<string, (status?: number) => void>} */ ({});
  globalThis.fetch = path =>
    new Promise(done => {
      const unit = new URL(String(path), "http://station").searchParams.get("unit") || "",
        body = { open: 0, gaps: [], explainedInAll: 0, explained: [], recordings: [], units: [], waiting: { records: 0 } };
      if (String(path).startsWith("/api/gaps")) slow[unit] = (status = 200) => done(new Response(JSON.stringify(body), { status }));
      else done(new Response(JSON.stringify(body)));
    });
  const unitShown = () => place("detail").all(e => e.id === "gaps-unit")[0]?.value;
  const first = showGaps(() => {}, { unit: "11" }),
    second = showGaps(() => {}, { unit: "12" });
  slow["12"]();
  await second;
  slow["11"]();
  await first;
  assert.equal(unitShown(), "12");
  for (const status of [200, 500]) {
    location.hash = "#/gaps";
    const third = showGaps(() => {}, { unit: "13" });
    location.hash = "#/units";
    place("detail").replaceChildren("another view");
    slow["13"](status);
    await third;
    assert.equal(place("detail").textContent, "another view");
  }
  location.hash = "";
});
test("a day is taken when its field is left or Enter is pressed, not while its year is typed", async () => {
  here.person = { id: "1", roles: [], acts: ["SEE_GAPS"] };
  station({
    "/api/gaps": { open: 0, gaps: [], explainedInAll: 0, explained: [], waiting: { records: 0 } },
    "/api/missing-segments": { recordings: [] },
    "/api/unit-names": { units: [] },
  });
  await showGaps(() => {}, { from: "2026-11-01" });
  const [field] = place("detail").all(e => e.id === "gaps-from"),
    typed = value => {
      // A handler that gives false keeps the browser from typing the digit.
      assert.notEqual(field.onkeydown({ key: value.at(-1) }), false);
      field.value = value;
      field.onchange();
    };
  field.onfocus();
  field.onblur();
  assert.equal(location.hash, "", "nothing was changed");
  for (const value of ["0002-11-02", "0020-11-02", "0202-11-02"]) typed(value);
  assert.equal(location.hash, "");
  typed("2026-11-02");
  field.onkeydown({ key: "Enter" });
  assert.equal(location.hash, "#/gaps?from=2026-11-02");
  typed("2026-11-03");
  field.onblur();
  assert.equal(location.hash, "#/gaps?from=2026-11-03");
  location.hash = "";
  await showGaps(() => {}, {});
  const [from, to] = ["gaps-from", "gaps-to"].map(id => place("detail").all(e => e.id === id)[0]);
  from.value = "2026-11-01";
  to.value = "2026-11-30";
  to.onkeydown({ key: "Enter" });
  assert.equal(location.hash, "#/gaps?from=2026-11-01&to=2026-11-30", "both days that were typed");
  location.hash = "";
});
