// The list that is searched: what the address says goes to the station, and what was found says where.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { byItself, here, takeDay } from "../../main/resources/org/liuhen/page/core.js";
import { words } from "../../main/resources/org/liuhen/page/words.js";
import { happen, place, station } from "./dom.mjs";

Object.assign(globalThis, {
  IntersectionObserver: class {
    constructor(seen) {
      this.seen = seen;
    }
    /** Everything is in sight. */
    observe(target) {
      setTimeout(() => this.seen([{ target, isIntersecting: true }]));
    }
    unobserve() {}
    disconnect() {}
  },
  ResizeObserver: class {
    observe() {}
  },
  getComputedStyle: () => ({ overflowY: "visible" }),
});
const { deadlineOf, figures, live, piles } = await import("../../main/resources/org/liuhen/page/desk.js");
const { desk, followAddress, listAddress, searchForm } = await import("../../main/resources/org/liuhen/page/list.js");
const { showCase } = await import("../../main/resources/org/liuhen/page/cases.js");
const settled = () => new Promise(done => setTimeout(done, 20));
const item = (id, passage) => ({ id, fileName: `${id}.pdf`, state: "verified", declaredAt: "2026-11-26T00:00:00Z", cases: [], passage });

test("words in documents are asked for as the address has them, and what was found shows where, as text", async () => {
  here.language = "zh";
  here.person = { id: "1", unitCode: "", roles: [], acts: ["SEARCH", "PREVIEW"] };
  const asked = station({
    "/api/evidence?": {
      evidence: [item("a", { before: "在朝阳区", found: "扒窃", after: "他人<img src=x>" }), item("b")],
      notSearched: 3,
    },
    "/api/desk": { piles: {} },
    "/api/exports": { exports: [] },
  });
  searchForm();
  assert.ok(place("search").all(e => e.id === "text" && e.attributes["aria-label"] === "文档内容").length);
  await followAddress("evidence", { text: "扒窃 手机" }, undefined);
  await settled();
  const question = asked.find(one => one.startsWith("GET /api/evidence?"));
  assert.equal(new URLSearchParams(question?.split("?")[1]).get("text"), "扒窃 手机");
  assert.equal(new URLSearchParams(listAddress({}).split("?")[1]).get("text"), "扒窃 手机", "the address keeps them");
  const passages = place("list").all(e => e.className.includes("passage"));
  assert.deepEqual(
    passages.map(e => e.textContent),
    ["…在朝阳区扒窃他人<img src=x>…"],
  );
  assert.deepEqual(
    passages[0].children.map(e => [e.tagName, e.textContent]),
    [["MARK", "扒窃"]],
  );
  assert.equal(place("listStatus").textContent, "共 2 件 · 另有 3 份文档尚未检索");
  assert.equal(place("text").hidden, false);
});
test("who may not see what documents say has no field for their words", async () => {
  here.person = { id: "2", unitCode: "", roles: [], acts: ["SEARCH"] };
  station({ "/api/evidence?": { evidence: [] }, "/api/desk": { piles: {} }, "/api/exports": { exports: [] } });
  await followAddress("evidence", {}, undefined);
  await settled();
  assert.equal(place("text").hidden, true);
});
test("mine only: one box, in the address, the question and the table", async () => {
  here.person = { id: "3", unitCode: "", roles: [], acts: ["SEARCH"] };
  const asked = station({ "/api/evidence?": { evidence: [item("m")] }, "/api/desk": { piles: {} }, "/api/exports": { exports: [] } });
  searchForm();
  await followAddress("evidence", { mine: "true" }, undefined);
  await settled();
  const question = asked.find(one => one.startsWith("GET /api/evidence?"));
  assert.equal(new URLSearchParams(question?.split("?")[1]).get("mine"), "true");
  assert.equal(place("mine").checked, true);
  assert.match(listAddress({}), /mine=true/);
  assert.match(place("shape").all(e => e.id === "table")[0].href, /mine=true/);
  await followAddress("evidence", {}, undefined);
  assert.equal(place("mine").checked, false);
});

test("mine only says what it is, and stands only where somebody can have something", async () => {
  here.person = { id: "4", unitCode: "", roles: [], acts: ["SEARCH", "UPLOAD"] };
  station({ "/api/evidence?": { evidence: [item("m")] }, "/api/desk": { piles: {} }, "/api/exports": { exports: [] } });
  searchForm();
  await followAddress("evidence", { mine: "true" }, undefined);
  await settled();
  assert.match(place("listStatus").textContent, /共 1 件 · 本人上传的.*移送给本人的/);
  assert.equal(place("mineOnly").hidden, false);
  here.person = { id: "5", unitCode: "", roles: [], acts: ["SEARCH", "REVIEW"] };
  await followAddress("evidence", {}, undefined);
  assert.equal(place("mineOnly").hidden, true);
});
test("nothing to do is not nothing found, and what is searched under To do is all evidence", async () => {
  here.person = { id: "6", unitCode: "", roles: [], acts: ["SEARCH"] };
  station({ "/api/evidence?": { evidence: [] }, "/api/desk": { piles: {} }, "/api/exports": { exports: [] } });
  searchForm();
  location.hash = "#/";
  await followAddress("", {}, undefined);
  await settled();
  assert.equal(place("listStatus").textContent, "");
  assert.doesNotMatch(place("list").textContent, /拖/, "who may not upload is offered no place to drop files");
  place("q").value = "扒窃";
  place("search").onsubmit({ preventDefault: () => {} });
  assert.equal(location.hash, `#/evidence?q=${encodeURIComponent("扒窃")}`);
  await followAddress("evidence", { q: "扒窃" }, undefined);
  await settled();
  assert.deepEqual([place("listTitle").textContent, place("listStatus").textContent], ["证据", "没有找到"]);
  await followAddress("", { pile: "holds" }, undefined);
  place("search").onsubmit({ preventDefault: () => {} });
  assert.match(location.hash, /^#\/\?.*pile=holds/, "words within a pile stay in it");
  location.hash = "";
});
test("where days find nothing it is said why: they are backwards, or some recordings have no known time", async () => {
  here.person = { id: "6", unitCode: "", roles: [], acts: ["SEARCH"] };
  station({ "/api/evidence?": { evidence: [] }, "/api/desk": { piles: {} }, "/api/exports": { exports: [] } });
  searchForm();
  await followAddress("evidence", { from: "2026-11-29", to: "2026-11-29" }, undefined);
  await settled();
  assert.match(place("list").textContent, /没有符合条件的证据.*录制时间不明/s);
  await followAddress("evidence", { from: "2026-11-29", to: "2026-11-28" }, undefined);
  await settled();
  assert.match(place("list").textContent, /起始日期晚于截止日期/);
  await followAddress("evidence", { q: "x" }, undefined);
  await settled();
  assert.doesNotMatch(place("list").textContent, /录制时间不明|晚于/);
});
test("a pile with deadlines shows them in a column of its own, and what is due first stands first", async () => {
  here.language = "zh";
  here.zone = "Asia/Shanghai";
  here.person = { id: "110023", unitCode: "110105", roles: [], acts: ["SEARCH", "ANSWER_REVIEW"] };
  const due = (id, due) => ({ ...item(id), lastReview: { outcome: "returned", ...(due && { due }) } }),
    asked = station({
      "/api/evidence?": { evidence: [due("over", "2026-01-31T15:59:59Z"), due("later", "2226-01-31T15:59:59Z"), due("none")], next: null },
      "/api/desk": { piles: {} },
      "/api/names": { people: {} },
    });
  searchForm();
  await followAddress("", { pile: "returned" });
  await settled();
  assert.match(asked.find(one => one.startsWith("GET /api/evidence?")) || "", /desk=returned.*sort=due/);
  const cells = place("list")
    .all(e => e.className.split(" ")[0] === "due")
    .map(e => [e.textContent, e.className]);
  assert.deepEqual(cells, [
    ["已逾期 2026-01-31", "due small bad"],
    ["2226-01-31", "due small"],
    ["–", "due small"],
  ]);
  assert.match(place("columns").textContent, /整改期限 ↑/);
  await followAddress("", { pile: "returned", sort: "-name" });
  await settled();
  assert.match(asked.filter(one => one.startsWith("GET /api/evidence?")).at(-1) || "", /sort=-name/, "another order may be chosen");
  await followAddress("evidence", {});
  await settled();
  assert.equal(place("list").all(e => e.className.split(" ")[0] === "due").length, 0);
});
test("a handover is due three days after its offer, as the station counts them", () => {
  const handover = { to: "jcy-1", by: "110023", at: "2026-11-26T04:00:00Z" },
    due = deadlineOf({ handover }, "offered"),
    days = /HANDOVER_LATE = "(\d+) days"/.exec(
      readFileSync(new URL("../../../../review/src/main/java/org/liuhen/review/api/DeskFigures.java", import.meta.url), "utf8"),
    );
  assert.equal(Date.parse(due) - Date.parse(handover.at), Number(days?.[1]) * 86400000);
  assert.equal(deadlineOf({}, "offered"), "");
  assert.equal(deadlineOf({ lastReview: { outcome: "signed", due: handover.at } }, "due"), "");
});
test("on the desk the piles with something overdue come first; open handovers count for who has to answer or has offered them", async () => {
  here.language = "zh";
  here.person = { id: "110023", unitCode: "110105", roles: [], acts: ["SEARCH"] };
  live.now = null;
  const desk = { anomalies: 0, undecided: 2, returned: 3, handovers: 7, toAnswer: 1, offered: 4 };
  station({ "/api/desk": { piles: desk, handoversLate: 0, offeredLate: 2, returnedLate: 1 } });
  await piles(() => {});
  const late = place("piles").all(e => e.className === "bad");
  assert.deepEqual(
    late.map(e => `${e.parent.dataset.pile} ${e.textContent}`),
    ["returned 1 超期", "offered 2 超期"],
    "also what one has offered and nobody answers",
  );
  assert.deepEqual(
    place("piles")
      .all(e => Boolean(e.dataset.pile))
      .map(e => e.dataset.pile),
    ["returned", "offered", "undecided", "toAnswer"],
  );
});
test("a case says until when its items are kept, whichever pile was open before", async () => {
  here.language = "zh";
  here.person = { id: "110023", unitCode: "110105", roles: [], acts: ["SEARCH"] };
  const one = { ...item("a"), lastReview: { outcome: "returned", due: "2026-11-26T15:59:59Z" }, sealedUntil: "2226-05-01T12:00:00Z" };
  station({
    "/api/evidence": { evidence: [one] },
    "/api/desk": { piles: { returned: 1 } },
    "/api/cases/A-1": { evidence: [one], file: null, summary: { items: 1, senders: {} } },
    "/api/names": { people: {} },
  });
  await followAddress("", { pile: "returned" });
  await settled();
  const said = id => place(id).all(e => ["due", "sealed"].includes(e.className.split(" ")[0]))[0];
  assert.match(said("list").textContent, /^已逾期/);
  await showCase("A-1", () => {});
  assert.equal(said("detail").className, "sealed small");
});
test("a deadline that passes is a change of the desk", () => {
  const desk = { piles: { returned: 1, toAnswer: 1 }, returnedLate: 0, handoversLate: 0 };
  assert.equal(figures({ ...desk }), figures(desk));
  assert.notEqual(figures({ ...desk, returnedLate: 1 }), figures(desk));
  assert.notEqual(figures({ ...desk, handoversLate: 1 }), figures(desk));
  assert.notEqual(figures({ ...desk, offeredLate: 1 }), figures(desk));
});
test("the days of the figure that a list was opened from are written for people", async () => {
  here.person = { id: "1", unitCode: "", roles: [], acts: ["SEARCH"] };
  station({ "/api/evidence": { evidence: [] }, "/api/desk": { piles: {} } });
  searchForm();
  for (const [language, says] of /** @type {[string, RegExp][]} */ ([
    ["zh", /2026年11月1日 至 2026年11月30日 上传/],
    ["en", /uploaded from 1 Nov 2026 to 30 Nov 2026/],
  ])) {
    here.language = /** @type {any} */ (language);
    await followAddress("evidence", { figure: "in_time", since: "2026-11-01", until: "2026-11-30" });
    assert.match(place("counted").textContent, says);
  }
});
test("a day that is typed is asked for once, when it is whole and the field is left or Enter pressed; a chosen one at once", () => {
  for (const end of ["blur", "enter"]) {
    const input = /** @type {any} */ (document.createElement("input")),
      taken = [];
    takeDay(input, () => taken.push(input.value));
    const leave = () => (end === "blur" ? input.onblur() : input.onkeydown({ key: "Enter" }));
    input.onfocus();
    for (const value of ["0002-11-26", "0020-11-26", "0202-11-26", "2026-11-26"]) {
      input.onkeydown({ key: "2" });
      input.value = value;
      input.onchange();
    }
    assert.deepEqual(taken, []);
    leave();
    leave();
    assert.deepEqual(taken, ["2026-11-26"]);
    input.value = "2026-11-27"; // of the calendar
    input.onchange();
    assert.deepEqual(taken, ["2026-11-26", "2026-11-27"]);
    input.value = ""; // as the view is cleared by its button
    input.onfocus();
    leave();
    assert.equal(taken.length, 2);
  }
});

const dateField = take => {
  const input = /** @type {any} */ (document.createElement("input"));
  input.type = "date";
  takeDay(input, () => take(input.value));
  input.onfocus();
  return input;
};
const type = (input, value) => {
  input.onkeydown({ key: "2" });
  input.value = value;
  input.onchange();
};
test("a key that opens the calendar types nothing, so the day that is chosen then is taken at once", () => {
  for (const pressed of [{ key: " " }, { key: "Enter" }, { key: "F4" }, { key: "Shift" }, { key: "ArrowDown", altKey: true }]) {
    const taken = [],
      input = dateField(value => taken.push(value));
    input.onkeydown(pressed);
    input.value = "2026-11-26";
    input.onchange();
    assert.deepEqual(taken, ["2026-11-26"], pressed.key);
  }
  for (const key of ["1", "Backspace", "Delete", "ArrowUp", "ArrowDown"]) {
    const taken = [],
      input = dateField(value => taken.push(value));
    input.onkeydown({ key });
    input.value = "2026-11-26";
    input.onchange();
    assert.deepEqual(taken, [], key);
    input.onblur();
    assert.deepEqual(taken, ["2026-11-26"], key);
  }
});
test("a click that leaves the field comes before the day, and one that leads elsewhere takes none", async () => {
  const taken = [],
    input = dateField(value => taken.push(value));
  location.hash = "#/evidence";
  type(input, "2026-11-26");
  happen("pointerdown");
  input.onblur();
  assert.deepEqual(taken, [], "the button is still down");
  happen("pointerup");
  assert.deepEqual(taken, [], "the click is still to come");
  await settled();
  assert.deepEqual(taken, ["2026-11-26"]);
  type(input, "2026-11-27");
  happen("pointerdown");
  input.onblur();
  happen("pointerup");
  location.hash = "#/cases"; // the click was on the menu
  await settled();
  assert.deepEqual(taken, ["2026-11-26"]);
  location.hash = "";
  happen("pointerdown"); // a menu of the browser opens, and takes the end of the press
  happen("keydown");
  type(input, "2026-11-28");
  input.onblur();
  assert.deepEqual(taken, ["2026-11-26", "2026-11-28"], "whoever types has let go");
});
test("two days that are typed one after the other are taken together, and no year before 1900 is", () => {
  const taken = [],
    from = dateField(value => taken.push(value)),
    to = dateField(value => taken.push(value));
  type(from, "2026-11-01");
  from.onblur({ relatedTarget: to });
  assert.deepEqual(taken, [], "what is drawn anew now takes the digits of the other one away");
  to.onfocus();
  type(to, "2026-11-26");
  to.onblur({ relatedTarget: null });
  assert.deepEqual(taken, ["2026-11-01", "2026-11-26"]);
  type(to, "0202-11-26");
  to.onblur();
  to.onkeydown({ key: "Enter" });
  assert.equal(taken.length, 2);
  assert.equal(to.min, "1900-01-01");
});
test("a day that is none says beside its field what belongs there, until it is one or none", () => {
  const taken = [];
  for (here.language of /** @type {["zh", "en"]} */ (["zh", "en"])) {
    const field = dateField(value => taken.push(value)),
      label = document.createElement("label"),
      around = document.createElement("form"),
      said = () => label.nextElementSibling?.textContent || "",
      leave = value => {
        type(field, value);
        field.onblur();
        return said();
      };
    label.append(field);
    around.append(label);
    for (const wrong of ["0202-11-26", "1899-12-31", "20261-11-26", "275760-01-01"]) {
      assert.equal(leave(wrong), words[here.language].dayIs, wrong);
      assert.equal(leave(""), "");
    }
    field.validity = { badInput: true }; // only the year was typed
    assert.equal(leave(""), words[here.language].dayIs);
    field.validity = { badInput: false };
    assert.equal(leave("2026-11-26"), "");
    assert.deepEqual([around.children.length, label.children.length], [2, 1], "one place for the words, and not in the field's name");
    assert.equal(field.attributes["aria-describedby"], label.nextElementSibling.id);
    let silent = false;
    field.value = "0202-11-26";
    field.oninvalid({ preventDefault: () => (silent = true) });
    assert.deepEqual([silent, said()], [true, words[here.language].dayIs], "not in the language of the browser");
    const other = dateField(() => {});
    around.append(other);
    for (const one of [field, other]) Object.assign(one, { form: around, validity: { badInput: true, valid: false } });
    for (const one of [field, other]) one.oninvalid({ preventDefault: () => {} });
    assert.equal(document.activeElement, field, "of two the first one has the focus");
  }
  assert.deepEqual(taken, ["2026-11-26", "2026-11-26"]);
});
test("a picture is fetched once for a list, and by itself where the list was drawn by itself", async () => {
  here.language = "zh";
  here.person = { id: "7", unitCode: "", roles: [], acts: ["SEARCH", "PREVIEW"] };
  let items = [item("a"), item("b")].map(one => ({ ...one, object: {} }));
  const looked = [],
    made = [],
    revoked = [];
  URL.createObjectURL = () => {
    made.push("blob");
    return `blob:${made.length}`;
  };
  URL.revokeObjectURL = url => revoked.push(url);
  globalThis.fetch = async (path, options = {}) => {
    if (path.includes("/preview")) {
      looked.push(`${path.split("/")[3]}${options.headers["Liuhen-Unattended"] ? " alone" : ""}`);
      return path.includes("/c/") ? new Response("{}", { status: 404 }) : new Response("x", { headers: { "Content-Type": "image/jpeg" } });
    }
    return new Response(JSON.stringify(path.startsWith("/api/evidence?") ? { evidence: items } : { piles: {}, exports: [] }));
  };
  const seen = () =>
    place("list")
      .all(e => e.tagName === "IMG")
      .map(e => e.src);
  await followAddress("evidence", { thumbs: "1", q: "pictures" }, undefined);
  await settled();
  assert.deepEqual(looked, ["a", "b"]);
  assert.deepEqual(seen(), ["blob:1", "blob:2"]);
  items = [item("n"), ...items].map(one => ({ ...one, object: {} }));
  await byItself(() => desk());
  await settled();
  assert.deepEqual(looked, ["a", "b", "n alone"]);
  assert.deepEqual(seen(), ["blob:3", "blob:1", "blob:2"]);
  assert.deepEqual(revoked, []);
  await followAddress("evidence", { thumbs: "1", q: "others" }, undefined);
  await settled();
  assert.deepEqual(revoked.sort(), ["blob:1", "blob:2", "blob:3"]);
  assert.equal(looked.length, 6, "another list is another look");
  assert.ok(place("finding").className.includes("thumbs"));
  here.person = { id: "8", unitCode: "", roles: [], acts: ["SEARCH"] };
  await followAddress("evidence", { thumbs: "1", q: "others" }, undefined);
  await settled();
  assert.ok(!place("finding").className.includes("thumbs"), "who sees no pictures has no room for them");
  assert.equal(looked.length, 6);
});
