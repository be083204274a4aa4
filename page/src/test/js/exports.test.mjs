// Packages of evidence: the one who approves sees what is in them.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { showExports } from "../../main/resources/org/liuhen/page/exports.js";
import { place, station } from "./dom.mjs";

test("a package names its case and its first items, each with a link, and the number of the others", async () => {
  here.language = "zh";
  here.person = { id: "110099", roles: [], acts: ["APPROVE_EXPORT"] };
  const first = [
    { id: "0000000000000000000000000a", fileName: "巡逻.mp4" },
    { id: "0000000000000000000000000b", fileName: "笔录.txt" },
  ];
  const one = { id: "x", state: "ready", items: 7, recipient: "检察院", purpose: "起诉", requestedBy: "1", caseId: "A（1）", first };
  station({ "/api/exports": { exports: [one] }, "/api/people": { people: [] }, "/api/names": { names: [] } });
  await showExports(() => {});
  const links = place("detail")
    .all(e => e.tagName === "A")
    .map(a => [a.href, a.textContent]);
  assert.deepEqual(links, [
    ["#/case/A%EF%BC%881%EF%BC%89", "A（1）"],
    ["#/item/0000000000000000000000000a", "巡逻.mp4"],
    ["#/item/0000000000000000000000000b", "笔录.txt"],
  ]);
  assert.match(place("detail").textContent, /另有 5 件/);
  assert.equal(place("detail").all(e => e.id === "trust").length, 0);
  here.person.acts = ["FETCH_EXPORT"];
  await showExports(() => {});
  const [trust] = place("detail").all(e => e.id === "trust");
  assert.equal(trust.all(e => e.tagName === "A")[0].href, "/api/trust", "whoever fetches packages hands over the trusted keys");
});
