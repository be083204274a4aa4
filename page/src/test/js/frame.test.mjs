// The frame of the page: what somebody was typing when the session ended, and who finds it again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { happen, place } from "./dom.mjs"; // the document comes before the modules

const settled = () => new Promise(done => setTimeout(done, 20)),
  at = "2026-11-29T08:00:00Z",
  main = document.createElement("main"),
  person = (id, ...acts) => ({ id, unitCode: "", roles: [], acts }),
  waiting = { id: "x", state: "requested", items: 1, recipient: "检察院", purpose: "起诉", requestedBy: "1", requestedAt: at, first: [] };
let /** @type {any} */ session = person("7", "PROPOSE_RULE"),
  status = 200;
Object.assign(globalThis, {
  scrollTo: () => {},
  matchMedia: () => ({ matches: false, addEventListener: () => {} }),
  ResizeObserver: class {
    observe() {}
  },
  history: { replaceState: () => {} },
  fetch: async path => {
    const said = path.startsWith("/api/session")
      ? { signIn: "local", zone: "Asia/Shanghai", person: session }
      : session
        ? { categories: [], changes: [], exports: [waiting], names: {}, people: {}, notices: [] }
        : { code: "IN-150", title: "尚未登录" };
    return new Response(JSON.stringify(said), { status: path.startsWith("/api/session") ? 200 : session ? status : 401 });
  },
});
Object.assign(document, {
  documentElement: document.createElement("html"),
  hidden: false,
  querySelectorAll: selector => (selector === "main" ? [main] : []),
  dispatchEvent: event => happen(event.type),
});
location.hash = "#/rules";
await import("../../main/resources/org/liuhen/page/page.js");
const { get, t } = await import("../../main/resources/org/liuhen/page/core.js"),
  { notSent } = await import("../../main/resources/org/liuhen/page/typed.js");
const form = id => place("detail").all(e => e.tagName === "FORM" && (e.id === id || e.parent?.dataset.act === id))[0],
  ground = () => form("proposeRule").querySelectorAll("input")[1],
  begin = async who => {
    session = who;
    place("language").onclick(); // asks who is there
    await settled();
  },
  end = async () => {
    session = null;
    await get("/api/rules").catch(() => {});
    await settled();
  };

test("after a session has ended the same person finds what was typed again, and nobody else", async () => {
  await begin(person("7", "PROPOSE_RULE"));
  ground().value = "the new law";
  notSent(form("proposeRule"));
  await end();
  assert.equal(form("proposeRule"), undefined);
  status = 503;
  await begin(person("7", "PROPOSE_RULE"));
  assert.equal(form("proposeRule"), undefined, "the station failed");
  status = 200;
  await begin(person("7", "PROPOSE_RULE"));
  assert.equal(ground().value, "the new law");
  await end();
  for (const other of ["8", "7"]) {
    await begin(person(other, "PROPOSE_RULE"));
    assert.equal(ground().value, "", `${other}: what is left to one person ends with the next one`);
  }
});
test("packages that are asked for again by themselves keep what is typed about them", async () => {
  location.hash = "#/exports";
  const redraws = /** @type {(() => any)[]} */ ([]),
    real = globalThis.setTimeout;
  Object.assign(globalThis, { setTimeout: (act, millis, ...more) => (millis === 4000 ? redraws.push(act) : real(act, millis, ...more)) });
  await begin(person("7", "APPROVE_EXPORT"));
  const reason = () => form("refuseExport").querySelector("input");
  for (const text of ["", "no warrant", "no warrant"]) {
    assert.equal(reason().value, text);
    const before = reason();
    before.value = "no warrant";
    notSent(form("refuseExport"));
    redraws.at(-1)?.();
    await settled();
    assert.notEqual(reason(), before);
  }
  await begin(person("7", "APPROVE_EXPORT"));
  assert.equal(reason().value, "no warrant", "also when the view is drawn anew after that");
  Object.assign(globalThis, { setTimeout: real });
});
test("packages are asked for again when nobody has the focus on one of them and no approval is on its way", async () => {
  location.hash = "#/exports";
  const redraws = /** @type {(() => any)[]} */ ([]),
    real = globalThis.setTimeout,
    [detail, first] = [place("detail"), () => place("detail").firstElementChild];
  Object.assign(globalThis, { setTimeout: (act, millis, ...more) => (millis === 4000 ? redraws.push(act) : real(act, millis, ...more)) });
  await begin(person("7", "APPROVE_EXPORT"));
  const approve = detail.querySelector("button"),
    isDrawn = async () => {
      const [before, timers] = [first(), redraws.length];
      redraws.at(-1)?.();
      await settled();
      assert.equal(redraws.length, timers + 1, "and is asked for later");
      return first() !== before;
    };
  assert.equal(approve.textContent, t().act.approveExport);
  approve.focus();
  assert.equal(await isDrawn(), false);
  document.activeElement = null;
  let answer = () => {};
  const { fetch } = globalThis;
  globalThis.fetch = () =>
    new Promise(done => {
      answer = () => done(new Response(JSON.stringify({ title: "not so" }), { status: 409 }));
    });
  const refused = approve.onclick();
  globalThis.fetch = fetch;
  assert.equal(await isDrawn(), false);
  approve.nextElementSibling.isConnected = false; // drawn anew by somebody's hand
  answer();
  await refused;
  assert.equal(place("notice").textContent, `${t().act.approveExport} · not so`);
  detail.focus();
  assert.equal(await isDrawn(), true, "the place itself keeps the focus");
  document.activeElement = null;
  Object.assign(globalThis, { setTimeout: real });
});
test("who has signed out keeps the form to sign in: nothing of the view that was there is drawn over it", async () => {
  location.hash = "#/exports";
  const later = /** @type {{ act: () => any, millis: number }[]} */ ([]),
    real = globalThis.setTimeout;
  Object.assign(globalThis, {
    setTimeout: (act, millis, ...more) => (millis >= 1500 ? later.push({ act, millis }) : real(act, millis, ...more)),
  });
  await begin(person("7", "APPROVE_EXPORT"));
  await form("refuseExport").onsubmit({ preventDefault: () => {} });
  assert.deepEqual(later.map(one => one.millis).sort(), [1500, 4000, 8000]);
  await begin(null); // signs out
  const stands = place("detail").firstElementChild;
  assert.equal(stands.id, "signIn");
  for (const { act, millis } of later) {
    act();
    await settled();
    assert.equal(place("detail").firstElementChild === stands, true, `after ${millis} ms`);
  }
  Object.assign(globalThis, { setTimeout: real });
});
