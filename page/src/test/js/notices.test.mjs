// The bell and the list of what somebody is told.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { bell, countNotices, forgetNotices, showNotices, tellNotices } from "../../main/resources/org/liuhen/page/notices.js";
import { happen, place, station } from "./dom.mjs";

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
    ["#/?pile=toAnswer", `#/item/${ID}?part=notes`, "#/exports", "#/people", `#/item/${ID}`],
    "many that are done are in no list",
  );
  const [many, seen, done, ready, change, other] = place("detail")
    .all(e => e.tagName === "LI")
    .map(li => li.textContent);
  assert.match(many, /105 件证据移送给您或您的单位.*新.*100 件未办.*110023/);
  assert.match(seen, /备注提到您已查看.*巡逻\.mp4/);
  assert.match(done, /^3 件证据移送给您或您的单位已办结/, "what is done does not wait");
  assert.match(ready, /^您申请的证据包（1 件证据）已记录为出具\D*2026/, "it comes from nobody");
  assert.match(change, /1 项人员变更待批准/);
  assert.match(other, /有事项与您有关/);
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

const person = { id: "jcy-1", roles: [], acts: ["SEARCH"] };
const posts = asked => asked.filter(one => one.startsWith("POST")).length;
const items = () =>
  place("detail")
    .all(e => e.tagName === "LI")
    .map(li => li.textContent);
/** The list is opened by somebody, with these lines. */
async function open(notices, more = {}) {
  forgetNotices();
  here.person = person;
  location.hash = "#/notices";
  document.hidden = false;
  const asked = station({
    "/api/notices/looked": { new: 0 },
    "/api/notices": { notices, more: false, until: at, new: notices.filter(one => one.new).length, ...more },
    "/api/names": { people: {} },
  });
  await showNotices();
  return asked;
}
const settled = () => new Promise(done => setTimeout(done, 20));

test("what was not shown yet stays new until it is shown", async () => {
  const fresh = [1, 2].map(nth => line("note.named", { new: true, at: `2026-11-29T08:00:0${nth}Z` }));
  const asked = await open(fresh, { more: true, new: 60 });
  assert.equal(posts(asked), 0);
  assert.equal(place("bell").textContent, "60");
  const old = line("note.named", { at: "2026-11-28T08:00:00Z", item: "other" });
  station({ "/api/notices": { notices: [...fresh, old], more: true, until: at, new: 2 }, "/api/names": { people: {} } });
  const older = place("detail").all(e => e.className === "more")[0];
  document.activeElement = older;
  await older.onclick();
  assert.equal(document.activeElement?.href, "#/item/other?part=notes", "the first of the older ones");
  assert.match(items()[0], /新/);
});

test("a list that is drawn by itself is looked at once somebody is there", async () => {
  await open([line("note.named", { open: 0 })]);
  const asked = station({
    "/api/notices/looked": { new: 0 },
    "/api/notices": { notices: [line("note.named", { new: true })], more: false, until: at, new: 1 },
    "/api/names": { people: {} },
  });
  tellNotices(1);
  await settled();
  assert.match(items()[0], /新/, "it is drawn");
  assert.equal(posts(asked), 0, "nobody is there");
  happen("keydown");
  await settled();
  assert.equal(posts(asked), 1);
  assert.equal(place("bell").textContent, "");
  happen("keydown");
  await settled();
  assert.equal(posts(asked), 1, "once");
});

test("a list that was drawn while nobody saw the page is opened when it is seen, and by its bell", async () => {
  forgetNotices();
  here.person = person;
  location.hash = "#/notices";
  document.hidden = true;
  const asked = station({
    "/api/notices/looked": { new: 0 },
    "/api/notices": { notices: [line("note.named", { new: true })], more: false, until: at, new: 1 },
    "/api/names": { people: {} },
  });
  await showNotices();
  assert.equal(posts(asked), 0);
  document.hidden = false;
  happen("visibilitychange");
  await settled();
  assert.equal(posts(asked), 1);
  const before = asked.length;
  place("bell").onclick();
  await settled();
  assert.ok(asked.length > before, "the bell opens it again at the same address");
});

test("an answer that comes late is for nobody else", async () => {
  await open([]);
  const late = showNotices();
  here.person = null;
  forgetNotices(); // as at the end of a session
  place("detail").replaceChildren("sign in");
  await late;
  assert.equal(place("detail").textContent, "sign in");
  here.person = person;
  bell(7);
  here.person = { ...person, id: "jcy-2" };
  bell();
  assert.equal(place("bell").textContent, "", "the number of the one before");
});

test("an open list of an administrator is drawn again with the number", async () => {
  await open([]);
  here.person = { ...person, acts: ["APPROVE_PERSON"] };
  const change = line("person.proposed", { items: 2, new: true, item: undefined, fileName: undefined });
  station({ "/api/notices": { notices: [change], more: false, until: at, new: 1 }, "/api/names": { people: {} } });
  await countNotices();
  await settled();
  assert.match(items()[0], /2 项人员变更待批准/);
});

test("each kind says what is to be done and when, and nothing where nothing is", async () => {
  const many = { items: 3, item: undefined, fileName: undefined };
  await open([
    line("note.named", { ...many, open: 2 }),
    line("person.proposed", { ...many, open: 2 }),
    line("export.requested", { ...many, open: 0 }),
    line("review.due", { due: "2026-11-30T08:00:00Z" }),
  ]);
  const [notes, changes, asked, due] = items();
  assert.match(notes, /2 件未查看/);
  assert.match(changes, /2 项未办/);
  assert.doesNotMatch(asked, /待批准/);
  assert.match(due, /到期 .*11.30/);
  assert.deepEqual(
    links().map(([href]) => href),
    ["#/?pile=named", "#/people", "#/exports", `#/item/${ID}?part=review`],
  );
});

test("who offered, sent back or asked reads what became of it, in both languages", async () => {
  const many = { items: 3, item: undefined, fileName: undefined };
  const all = [
    line("handover.accepted"),
    line("handover.accepted", { ...many, open: 0 }),
    line("review.answered", { ...many, open: 2 }),
    line("review.answered", { open: 0 }),
    line("export.refused", { ...many, open: 3 }),
  ];
  await open(all);
  const zh = items();
  assert.match(zh[0], /^您移送的 1 件证据已被接收110023/);
  assert.match(zh[1], /^您移送的 3 件证据已被接收已查看/);
  assert.match(zh[2], /^您退回的 3 件证据已有整改答复，待复查2 件未办/);
  assert.match(zh[3], /^您退回的 1 件证据已有整改答复已办结/);
  assert.match(zh[4], /^您申请的证据包（3 件证据）未获批准110023/, "nothing ends it");
  here.language = "en";
  await open(all);
  here.language = "zh";
  const en = items();
  assert.match(en[0], /^An item that you handed over: accepted/);
  assert.match(en[1], /^3 items that you handed over: acceptedseen/);
  assert.match(en[2], /^3 items that you sent back: answered, to be reviewed again2 not done yet/);
  assert.match(en[3], /^An item that you sent back: answereddone/);
  assert.match(en[4], /^The export of 3 items that you asked for was refused110023/);
  assert.deepEqual(
    links().map(([href]) => href),
    [`#/item/${ID}?part=handover`, "#/?pile=answered", `#/item/${ID}?part=review`, "#/exports"],
  );
});

test("the focus stays with its line where two lead to the same place", async () => {
  const two = [line("export.ready", { item: "a" }), line("export.ready", { item: "b" })];
  await open(two);
  const second = place("detail").all(e => e.tagName === "A")[1];
  document.activeElement = second;
  await open(two);
  const all = place("detail").all(e => e.tagName === "A");
  assert.equal(all.indexOf(document.activeElement), 1);
  document.activeElement = null;
});
