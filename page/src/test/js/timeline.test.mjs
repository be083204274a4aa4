// The timeline of a case: where each item stands, and on which day.
import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { here, t } from "../../main/resources/org/liuhen/page/core.js";
import { byDay, placed, timeline } from "../../main/resources/org/liuhen/page/timeline.js";
import { station } from "./dom.mjs";

const item = (id, more) => ({ id, fileName: `${id}.mp4`, declaredAt: "2026-11-28T20:00:00Z", ...more });
const exact = item("exact", {
  captureTime: { earliest: "2026-11-28T08:00:00Z", latest: "2026-11-28T08:00:02Z", clock: "DEVICE", lengthMillis: 600000 },
});
const vague = item("vague", { captureTime: { earliest: "2026-11-27T16:00:00Z", latest: "2026-11-28T15:59:59Z", clock: "UNKNOWN" } });
const unknown = item("unknown");

test("an item stands where its recording began, between two moments, or at its upload", () => {
  assert.deepEqual(
    [exact, vague, unknown].map(placed).map(({ how, from, to }) => [how, from, to]),
    [
      ["recorded", "2026-11-28T08:00:01.000Z", "2026-11-28T08:10:01.000Z"],
      ["between", "2026-11-27T16:00:00Z", "2026-11-28T15:59:59Z"],
      ["uploaded", "2026-11-28T20:00:00Z", "2026-11-28T20:00:00Z"],
    ],
  );
});
test("days are those of the site's zone, in order", () => {
  const days = zone => {
    here.zone = zone;
    return byDay([unknown, exact, vague]).map(([day, all]) => [day, ...all.map(one => one.item.id)]);
  };
  assert.deepEqual(days("Asia/Shanghai"), [
    ["2026-11-28", "vague", "exact"],
    ["2026-11-29", "unknown"],
  ]);
  assert.deepEqual(days("UTC"), [
    ["2026-11-27", "vague"],
    ["2026-11-28", "exact", "unknown"],
  ]);
});
test("all items are asked for when it is opened, and not before", async () => {
  here.language = "zh";
  const asked = station({ "/api/cases/A1": { evidence: [unknown, exact], summary: { items: 2 } }, "/api/names": { people: {} } });
  const fold = timeline("A1", 2);
  assert.equal(asked.length, 0);
  fold.open = true;
  await fold.ontoggle();
  const lists = fold.all(e => e.className === "timeline");
  assert.deepEqual(
    lists.map(list => list.children.length),
    lists.length === 1 ? [2] : [1, 1],
  );
  assert.ok(fold.textContent.includes("exact.mp4") && fold.textContent.includes(t().timelineIs), fold.textContent);
});
