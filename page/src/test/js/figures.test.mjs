// Periods with the one before, changes in percentage points, and charts with what they say in words.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { barsOf, cells, change, daily, ordered } from "../../main/resources/org/liuhen/page/figures.js";
import { forgetNames } from "../../main/resources/org/liuhen/page/names.js";
import { later, lengthOf, periodOf } from "../../main/resources/org/liuhen/page/periods.js";
import { showUnits } from "../../main/resources/org/liuhen/page/units.js";
import { place, station } from "./dom.mjs";

const said = ({ from, to, before }) => `${from} ${to} | ${before.from} ${before.to}`;

test("each period has one before it, as long as it is", () => {
  const sunday = "2026-11-29";
  assert.equal(said(periodOf({}, sunday)), "2026-11-16 2026-11-29 | 2026-11-02 2026-11-15");
  assert.equal(said(periodOf({ period: "week" }, sunday)), "2026-11-23 2026-11-29 | 2026-11-16 2026-11-22");
  assert.equal(
    said(periodOf({ period: "week" }, "2026-11-30")),
    "2026-11-30 2026-11-30 | 2026-11-23 2026-11-23",
    "a week begins on Monday",
  );
  assert.equal(said(periodOf({ period: "lastWeek" }, sunday)), "2026-11-16 2026-11-22 | 2026-11-09 2026-11-15");
  assert.equal(said(periodOf({ period: "month" }, sunday)), "2026-11-01 2026-11-29 | 2026-10-01 2026-10-29");
  assert.equal(said(periodOf({ period: "month" }, "2026-03-31")), "2026-03-01 2026-03-31 | 2026-02-01 2026-02-28", "February is shorter");
  assert.equal(said(periodOf({ period: "lastMonth" }, "2026-01-05")), "2025-12-01 2025-12-31 | 2025-11-01 2025-11-30");
  const own = periodOf({ period: "own", from: "2026-11-03", to: "2026-11-05" }, sunday);
  assert.equal(said(own), "2026-11-03 2026-11-05 | 2026-10-31 2026-11-02");
  assert.equal(lengthOf(periodOf({ period: "own", from: "2020-01-01", to: "2026-01-01" }, sunday)), 400, "the station counts no more");
  assert.equal(lengthOf(periodOf({ period: "own", from: "2026-11-05", to: "2026-11-03" }, sunday)), 1);
  assert.equal(periodOf({ period: "own", from: "x", to: "2026-13-45" }, sunday).to, sunday);
  assert.equal(later("2026-02-28", 1), "2026-03-01");
});
test("a change is a sign to see and words to hear, in percentage points", () => {
  here.language = "en";
  assert.equal(change(0.75, 0.5).textContent, "▲ 25.025.0 percentage points more than in the period before");
  assert.match(change(0.5, 0.625).textContent, /^▼ 12\.5/);
  assert.match(change(0.5, 0.5001).textContent, /^＝as in/);
  assert.equal(change(0.5, null), null, "nothing to compare with");
});
test("each figure leads to the items that it counts", () => {
  here.language = "zh";
  here.person = { id: "1", acts: ["SEE_GAPS", "SEARCH"] };
  const rows = [{ items: 4, in_time: 3, categorised: 4, linked: 0, late_explained: 1, dispatches: 2, recorded: 1 }];
  const links = cells(rows, [], { since: "2026-11-01", until: "2026-11-02", ofUnit: "1101" }, false).map(cell =>
    cell.all(e => e.tagName === "A").map(a => a.href),
  );
  const of = figure => `#/evidence?figure=${figure}&since=2026-11-01&until=2026-11-02&ofUnit=1101`;
  assert.deepEqual(links, [[of("items")], [of("not_in_time")], [], [of("not_linked")], [], ["#/gaps?unit=1101"]]);
});
test("charts say in words what they show, and a day without items has no point", () => {
  here.language = "zh";
  const bars = barsOf(
    "linked",
    [
      { name: "a", rows: [{ items: 4, linked: 1 }] },
      { name: "b", rows: [] },
    ],
    "已关联",
  );
  assert.deepEqual(
    bars.all(e => e.tagName === "RECT" && !e.attributes.class).map(e => e.attributes.width),
    ["25.00", "0.00"],
  );
  assert.deepEqual(
    bars.all(e => e.className === "said").map(e => e.textContent),
    ["1 (25 %)", "–"],
  );
  const days = [
    { unitCode: "1", day: "2026-11-03", items: 2, linked: 2 },
    { unitCode: "2", day: "2026-11-03", items: 2, linked: 0 },
    { unitCode: "1", day: "2026-11-01", items: 1, linked: 0 },
  ];
  const [chart, each] = daily("linked", days, { from: "2026-11-01", to: "2026-11-03" }, "已关联");
  assert.equal(chart.all(e => e.attributes.role === "img")[0].attributes["aria-label"], "已关联: 2026-11-01 0 (0 %); 2026-11-03 2 (50 %)");
  assert.equal(chart.all(e => e.attributes.class === "point").length, 2);
  assert.deepEqual(
    each.all(e => e.tagName === "TH" && e.scope === "row").map(e => e.textContent),
    ["2026-11-03", "2026-11-01"],
  );
});
test("officers come with the most that is left to do first, and are asked for in the chosen unit", async () => {
  const officer = (officerNo, items, linked) => ({ officerNo, items, linked, in_time: items, categorised: 0, late_explained: 0 });
  const officers = [officer("110023", 2, 2), officer("110024", 4, 1), officer("110025", 9, 9)];
  assert.deepEqual(
    ordered(officers, "linked").map(one => one.officerNo),
    ["110024", "110025", "110023"],
  );
  assert.deepEqual(
    ordered(officers, "items").map(one => one.officerNo),
    ["110025", "110024", "110023"],
  );
  here.person = { id: "1", unitCode: "110100", acts: ["SEE_GAPS", "SEARCH"] };
  forgetNames();
  const asked = station({ "/api/unit-names": { units: [] }, "/api/names": { people: {} }, "/api/units": { officers } });
  await showUnits(() => {}, { period: "own", from: "2026-11-01", to: "2026-11-07", by: "officer", unit: "110100", measure: "linked" });
  const questions = asked.filter(one => one.includes("/api/units"));
  assert.equal(questions.length, 2, "this period and the one before");
  assert.ok(
    questions.every(one => /by=officer/.test(one) && /unit=1101(&|$)/.test(one) && /zone=/.test(one)),
    questions.join(),
  );
  assert.ok(questions[1].includes("from=2026-10-25&to=2026-10-31"));
  const first = place("detail").all(e => e.tagName === "TR")[1];
  assert.ok(first.textContent.startsWith("110024"));
  assert.ok(first.all(e => e.tagName === "A")[0].href.endsWith("ofUnit=1101&ofOfficer=110024"));
});
