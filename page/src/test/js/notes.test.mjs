// Notes about an item and about moments of its recording.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { naming, withNames } from "../../main/resources/org/liuhen/page/names.js";
import { notes, notesIn } from "../../main/resources/org/liuhen/page/notes.js";
import { station } from "./dom.mjs";

const settled = () => new Promise(done => setTimeout(done, 5));

const said = (index, words, atMillis) => ({
  index,
  entry: {
    event: {
      eventType: "noteAdded",
      words,
      ...(atMillis === undefined ? {} : { atMillis }),
      context: { occurredAt: "2026-11-29T01:00:00Z", actor: { kind: "OFFICER", id: "110023", credential: "password" } },
    },
  },
});
const other = { index: 9, entry: { event: { eventType: "viewed" } } };
const person = (...acts) => ({ id: "110023", roles: [], acts });

test("marks stand by their moments, and notes about the item after them, newest first", () => {
  const found = notesIn([said(1, "late", 90_000), other, said(2, "whole"), { index: 3 }, said(4, "begin", 0), said(5, "newer")]);
  assert.deepEqual(
    found.map(note => [note.words, note.atMillis]),
    [
      ["begin", 0],
      ["late", 90_000],
      ["newer", null],
      ["whole", null],
    ],
  );
});
test("there is no card where nothing was said and nothing may be said", () => {
  here.language = "zh";
  here.person = person("VIEW");
  assert.equal(
    notes({ id: "e", state: "verified" }, [other], () => {}),
    null,
  );
  here.person = person("VIEW", "NOTE");
  assert.equal(
    notes({ id: "e", state: "declared" }, [], () => {}),
    null,
  );
  here.person = person("VIEW");
  const card = notes({ id: "e", state: "verified" }, [said(1, "左手持刀", 12_000)], () => {});
  assert.match(card.textContent, /0:12 左手持刀/);
  assert.deepEqual(
    card.all(e => e.tagName === "FORM"),
    [],
  );
});
test("a mark is sent with the moment that the player shows, and a note about the item without one", async () => {
  here.language = "zh";
  here.person = person("VIEW", "NOTE");
  const sent = [];
  let drawn = 0;
  station({});
  globalThis.fetch = async (path, options) => {
    sent.push([path, JSON.parse(options.body)]);
    return new Response(JSON.stringify({}), { status: 200 });
  };
  const card = notes({ id: "e", state: "verified" }, [], () => drawn++),
    [words, here_] = card.all(e => e.tagName === "INPUT"),
    form = card.all(e => e.tagName === "FORM")[0],
    media = { currentTime: 12.3456 };
  card.parentElement = { querySelector: () => media };
  await settled();
  assert.match(card.textContent, /标记在 00:12/);
  words.value = "左手持刀";
  await form.onsubmit({ preventDefault() {} });
  here_.checked = false;
  await form.onsubmit({ preventDefault() {} });
  assert.deepEqual(sent, [
    ["/api/evidence/e/acts", { act: "note", reason: "左手持刀", atMillis: 12346 }],
    ["/api/evidence/e/acts", { act: "note", reason: "左手持刀" }],
  ]);
  assert.equal(drawn, 2);
});
test("whom a note could not tell stays beside the form until the next note", async () => {
  here.language = "zh";
  here.person = person("VIEW", "NOTE");
  const of = id => notes({ id, state: "verified" }, [], () => {}),
    said = card => card.all(e => e.role === "alert" || e.attributes?.role === "alert")[0].textContent;
  let /** @type {string[]} */ notTold = ["999999"];
  globalThis.fetch = async () => new Response(JSON.stringify({ notTold }), { status: 200 });
  const write = async () => {
    const form = of("e").all(e => e.tagName === "FORM")[0];
    await form.onsubmit({ preventDefault() {} });
  };
  await write();
  assert.match(said(of("e")), /未提醒 999999/);
  assert.equal(said(of("other")), "");
  notTold = [];
  await write();
  assert.equal(said(of("e")), "");
});
test("a person whom a note names stands there with the name, as text", async () => {
  here.person = person("VIEW");
  station({ "/api/names?": { people: { "044001": "张三<img src=x>" } } });
  const card = notes({ id: "e", state: "verified" }, [said(1, "请@044001核实，a@b，@nobody <b>")], () => {});
  await settled();
  assert.match(card.textContent, / 请@044001 张三<img src=x>核实，a@b，@nobody <b>/);
  assert.deepEqual(
    card.all(e => e.className.startsWith("mention")).map(e => e.textContent),
    ["@044001 张三<img src=x>", "@nobody"],
  );
  assert.equal(card.all(e => e.tagName === "IMG").length, 0);
  const many = Array.from({ length: 30 }, (_, i) => `@p${i}`).join(" ");
  assert.equal(withNames(many).filter(part => typeof part !== "string").length, 20, "as many as the station names");
});
test("what is typed after an @ is looked for, and a choice writes the number", async () => {
  assert.deepEqual(["请@张", "@044", "a@b", "see @", "@a b", "＠jcy-"].map(naming), ["张", "044", "", "", "", "jcy-"]);
  here.person = person("VIEW", "NOTE");
  const asked = station({ "/api/names?": { people: { "044001": "张三" } } }),
    card = notes({ id: "e", state: "verified" }, [], () => {}),
    [words] = card.all(e => e.tagName === "INPUT");
  Object.assign(words, { value: "请@张核实", selectionStart: 3, focus() {}, setSelectionRange() {} });
  words.listeners.input();
  await new Promise(done => setTimeout(done, 400));
  assert.deepEqual(asked.slice(-1), ["GET /api/names?like=%E5%BC%A0"]);
  const [choice] = words.parent.following[0].all(e => e.tagName === "BUTTON");
  assert.equal(choice.textContent, "张三 044001");
  choice.onclick();
  assert.equal(words.value, "请@044001 核实");
  assert.equal(words.parent.following[0].children.length, 0);
});
