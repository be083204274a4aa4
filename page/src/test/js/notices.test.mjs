// The bell and the list of what somebody is told.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { bell, showNotices, tellNotices } from "../../main/resources/org/liuhen/page/notices.js";
import { place, station } from "./dom.mjs";

const ID = "0000000000000000000000000a";
const at = "2026-11-29T08:00:00Z";
const line = (kind, more = {}) => ({ kind, by: "110023", at, items: 1, open: 1, new: false, item: ID, fileName: "巡逻.mp4", ...more });
const links = () =>
  place("detail")
    .all(e => e.tagName === "A")
    .map(a => [a.href, a.textContent]);

test("each line leads where the thing waits, and says what is new and what is done", async () => {
  here.language = "zh";
  here.person = { id: "jcy-1", roles: [], acts: ["SEARCH"] };
  location.hash = "#/notices";
  const list = [
    line("handover.offered", { items: 105, open: 100, new: true, item: undefined, fileName: undefined }),
    line("note.named", { open: 0 }),
    line("handover.offered", { items: 3, open: 0, item: undefined, fileName: undefined }),
    line("export.ready"),
    line("person.proposed", { item: undefined, fileName: undefined }),
    line("what.this.page.does.not.know"),
  ];
  const asked = station({
    "/api/notices/looked": { new: 0 },
    "/api/notices": { notices: list, more: false, until: at, new: 1 },
    "/api/names": { people: {} },
  });
  await showNotices();
  assert.deepEqual(
    links().map(([href]) => href),
    ["#/?pile=toAnswer", `#/item/${ID}`, "#/evidence?mine=true", "#/exports", "#/people", `#/item/${ID}`],
  );
  const [many, seen, done, ready, change, other] = place("detail")
    .all(e => e.tagName === "LI")
    .map(li => li.textContent);
  assert.match(many, /105 件证据移送给您或您的单位.*新.*100 件未办.*110023/);
  assert.match(seen, /备注提到您已查看.*巡逻\.mp4/);
  assert.match(done, /已办结/);
  assert.doesNotMatch(ready, /110023|已查看/);
  assert.match(change, /1 项人员变更待批准/);
  assert.match(other, /有事项待您办理/);
  assert.deepEqual(
    asked.filter(one => one.includes("notices")),
    ["GET /api/notices?limit=50", "POST /api/notices/looked"],
  );
  assert.equal(place("bell").textContent, "", "it was looked at");
  assert.equal(place("bell").attributes["aria-current"], "page");
});

test("the bell says how many are new, and is not there for whoever may not have it", () => {
  location.hash = "#/evidence";
  here.person = { id: "jcy-1", roles: [], acts: ["SEARCH"] };
  tellNotices(3);
  assert.equal(place("bell").textContent, "3");
  assert.equal(place("bell").attributes["aria-label"], "通知，3 条新的");
  assert.equal(place("bell").attributes["aria-current"], undefined);
  tellNotices(100);
  assert.equal(place("bell").textContent, "99+");
  here.person = { id: "x", roles: [], acts: ["MANAGE_DEVICES"] };
  bell();
  assert.equal(place("bell").hidden, true);
  here.person = null;
  bell(5);
  assert.equal(place("bell").hidden, true);
  assert.equal(place("bell").textContent, "");
});

test("an empty list says so, and a list that is not shown any more draws nothing", async () => {
  here.person = { id: "jcy-1", roles: [], acts: ["SEARCH"] };
  location.hash = "#/notices";
  station({ "/api/notices": { notices: [], more: false, new: 0 } });
  await showNotices();
  assert.match(place("detail").textContent, /最近 30 天没有通知/);
  const shown = showNotices();
  location.hash = "#/evidence";
  place("detail").replaceChildren("another view");
  await shown;
  assert.equal(place("detail").textContent, "another view");
});
