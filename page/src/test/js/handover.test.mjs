// A handover to a person or to an office: what the form offers and sends, and who may answer.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { row } from "../../main/resources/org/liuhen/page/desk.js";
import { within } from "../../main/resources/org/liuhen/page/handover.js";
import { showItem } from "../../main/resources/org/liuhen/page/item.js";
import { many, selection, tickBox, tickNone } from "../../main/resources/org/liuhen/page/many.js";
import { forgetNames } from "../../main/resources/org/liuhen/page/names.js";
import { place, station } from "./dom.mjs";

const ID = "01jdb3kz0r0000000000000000";
const OFFICE = "130100";
const settled = () => new Promise(done => setTimeout(done, 5));
const item = more => ({ id: ID, fileName: "a.mp4", state: "verified", declaredAt: "2026-11-26T04:00:00Z", cases: [], ...more });
const answers = (recipients, more) => ({
  "/api/recipients": recipients,
  "/api/categories": { categories: [] },
  "/api/names": { people: {} },
  "/api/unit-names": { units: [{ unitCode: OFFICE, unitName: "石家庄市人民检察院" }] },
  [`/api/evidence/${ID}`]: { ...item(more), custody: { entries: [] } },
});
const BOTH = {
  recipients: [{ officerNo: "jcy-01", name: "王检察官" }],
  units: [{ unitCode: OFFICE, unitName: "石家庄市人民检察院" }],
};
const acts = () =>
  place("detail")
    .all(e => e.dataset.act)
    .map(e => e.dataset.act);

Object.assign(globalThis, {
  innerWidth: 1400,
  Liuhen: { chain: async () => ({ head: null, entries: 0, faults: [{ code: "", at: null, detail: "no log here" }] }) },
});

async function form(recipients) {
  here.language = "zh";
  here.person = { id: "110023", roles: [], acts: ["OFFER_HANDOVER"] };
  forgetNames();
  station(answers(recipients, {}));
  await showItem(ID, () => {}, "#/");
  await settled();
  return place("detail").all(e => e.dataset.act === "offer")[0];
}
const labels = of => of.all(e => e.tagName === "LABEL" && !e.hidden).map(e => e.textContent.split(" ")[0]);

test("the form asks for a person or for an office, and suggests those who can take it", async () => {
  const offer = await form(BOTH),
    [choice] = offer.all(e => e.tagName === "SELECT"),
    options = offer.all(e => e.tagName === "OPTION").map(e => `${e.value} ${e.textContent}`);
  assert.ok(options.includes(`${OFFICE} 石家庄市人民检察院`) && options.includes("jcy-01 王检察官"), `${options}`);
  choice.value = "to";
  choice.onchange();
  assert.deepEqual(labels(offer), ["移送给", "接收人", "理由"]);
  choice.value = "toUnit";
  choice.onchange();
  assert.deepEqual(labels(offer), ["移送给", "接收单位代码", "理由"]);
  const inputs = offer.all(e => e.tagName === "INPUT");
  assert.deepEqual(
    inputs.map(e => e.required),
    [false, true, true],
    "what is not shown is not asked for",
  );
});
test("a station that knows no office asks for a person alone", async () => {
  assert.deepEqual(labels(await form({ recipients: [], units: [] })), ["接收人", "理由"]);
});
test("what is selected goes to an office, one act for each item, over a chain that was verified", async () => {
  here.language = "zh";
  here.person = { id: "110023", roles: [], acts: ["OFFER_HANDOVER"] };
  station(answers(BOTH, {}));
  many({ found: async () => [], after: async () => {}, href: id => `#/item/${id}` });
  for (const id of ["a", "b"]) {
    const box = tickBox(item({ id }));
    box.checked = true;
    box.onchange();
  }
  selection();
  await settled();
  const [offer] = place("manyActs").all(e => e.dataset.act === "offer"),
    [choice] = offer.all(e => e.tagName === "SELECT"),
    [to, toUnit, reason] = offer.all(e => e.tagName === "INPUT"),
    sent = /** @type {any[]} */ ([]);
  choice.value = "toUnit";
  to.value = "jcy-01";
  toUnit.value = OFFICE;
  reason.value = "trial";
  const before = { ...Liuhen };
  // Without keys in this browser nobody signs; what was verified decides whether anything is sent.
  Object.assign(Liuhen, {
    chain: async (_chain, id) => ({
      head: { size: 1n, root: new Uint8Array(32) },
      entries: 1,
      faults: id === "b" ? [{ code: "VF-111", at: null }] : [],
      last: "leaf",
    }),
    hex: () => "00",
    witnessed: async () => null,
  });
  Object.assign(globalThis, {
    indexedDB: {
      open: () => {
        throw new DOMException("no keys here", "NotSupportedError");
      },
    },
  });
  globalThis.fetch = async (path, options = {}) => {
    if (options.body) sent.push([String(path), JSON.parse(String(options.body))]);
    return new Response(JSON.stringify({ id: "a", custody: { entries: [] } }));
  };
  await offer.all(e => e.tagName === "FORM")[0].onsubmit({ preventDefault: () => {} });
  Object.assign(Liuhen, before);
  assert.equal(sent.length, 1, "nobody hands over what does not verify");
  const [[path, { handoverId, ...body }]] = sent;
  assert.equal(path, "/api/evidence/a/acts");
  assert.match(handoverId, /^[0-9a-f]{32}$/);
  assert.deepEqual(body, { act: "offer", toUnit: OFFICE, reason: "trial" });
  assert.match(place("manyResults").textContent, /不能在其上签署/);
  tickNone();
});
test("each of the office's people, and nobody else, is asked for an answer; who offered it is not", async () => {
  const handover = { by: "110023", at: "2026-11-26T05:00:00Z", id: "h", toUnit: "13010000" };
  for (const [id, unitCode, answers_] of [
    ["jcy-01", OFFICE, true],
    ["jcy-02", "13010100", true],
    ["jcy-03", "1301", true],
    ["jcy-04", "1302", false],
    ["jcy-05", "", false],
    ["jcy-06", "13", false],
    ["110023", OFFICE, false],
  ]) {
    here.person = { id: String(id), unitCode: String(unitCode), roles: [], acts: ["ANSWER_HANDOVER"] };
    station(answers(BOTH, { handover }));
    await showItem(ID, () => {}, "#/");
    assert.deepEqual(acts().includes("accept") && acts().includes("refuse"), answers_, `${id}`);
    assert.equal(acts().includes("accept"), acts().includes("refuse"));
  }
  here.person = { id: "jcy-01", unitCode: OFFICE, roles: [], acts: ["ANSWER_HANDOVER"] };
  station(answers(BOTH, { handover: { ...handover, toUnit: undefined, to: "jcy-02" } }));
  await showItem(ID, () => {}, "#/");
  assert.ok(!acts().includes("accept"), "what is offered to a person is that person's");
});
test("an item says to which office it is offered, by name, and who of it answered", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: [] };
  forgetNames();
  const handover = { by: "110023", at: "2026-11-26T05:00:00Z", id: "h", toUnit: OFFICE };
  const lastHandover = { by: "jcy-02", at: "2026-11-26T05:00:00Z", toUnit: OFFICE, outcome: "refused", words: "不是我院管辖" };
  station(answers(BOTH, { handover, lastHandover }));
  await showItem(ID, () => {}, "#/");
  await settled();
  const text = place("detail").textContent;
  assert.match(text, /向单位提出移送 · 给 石家庄市人民检察院 130100/);
  assert.match(text, /拒收移送 · jcy-02 · 石家庄市人民检察院 130100 · 不是我院管辖/);
  const line = row(item({ handover }));
  await settled();
  assert.match(line.textContent, /移送待接收 → 石家庄市人民检察院 130100/);
});
test("a unit is of an office that is the unit or above it; the whole site is no office", () => {
  assert.ok(within("13010100", "1301") && within("1301", "13010000"));
  assert.ok(!within("1301", "130101") && !within("1301", "00") && !within("1301", "") && !within("", "1301") && !within("", ""));
});
