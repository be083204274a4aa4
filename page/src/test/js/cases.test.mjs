// A case: what stands above its items, and what its links are called.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { showCase } from "../../main/resources/org/liuhen/page/cases.js";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { place, station } from "./dom.mjs";

test("the columns of a case have heads, and its graph is called by what it is for", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: ["VIEW"] };
  const item = { id: "a", fileName: "a.mp4", state: "verified", declaredAt: "2026-11-28T04:00:00Z", cases: ["A-7"] };
  station({
    "/api/cases/A-7": { evidence: [item], file: null, summary: { items: 1, senders: {}, first: item.declaredAt, last: item.declaredAt } },
    "/api/names": { people: [] },
  });
  await showCase("A-7", () => {});
  const [heads] = place("detail").all(e => e.className === "columns"),
    [line] = place("detail").all(e => e.className.split(" ").includes("row"));
  assert.equal(heads.children.length, line.children.length, "a head for each cell");
  assert.match(heads.textContent, /录制时间/);
  assert.match(place("detail").all(e => e.tagName === "A" && /jsonld/.test(e.href))[0].textContent, /^导出案件关系图/);
});
