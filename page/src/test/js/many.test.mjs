// What is selected in the list, and what is done with all of it.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { willSeal } from "../../main/resources/org/liuhen/page/desk.js";
import { headBox, many, selection, tickBox, tickNone } from "../../main/resources/org/liuhen/page/many.js";
import { notSent } from "../../main/resources/org/liuhen/page/typed.js";
import { words } from "../../main/resources/org/liuhen/page/words.js";
import { place, station } from "./dom.mjs";

const settled = () => new Promise(done => setTimeout(done, 5));
const item = (id, declaredAt, sealedUntil) => ({ id, fileName: `${id}.mp4`, declaredAt, sealedUntil });

test("a category says until when it seals: its days from the upload, and never shorter than now", () => {
  here.language = "zh";
  const one = item("a", "2026-11-28T04:00:00Z");
  assert.equal(willSeal([one, item("b", "2026-11-30T04:00:00Z")], 1), "将封存至 2026年12月1日，不能缩短");
  assert.equal(willSeal([item("a", one.declaredAt, "2030-01-02T04:00:00Z")], 90), "将封存至 2030年1月2日，不能缩短");
  assert.equal(willSeal([one], null), "永久保存 · 将封存至 2056年11月28日，不能缩短", "as the list says it afterwards");
});
test("many items are categorised by a second click, after the first has said what cannot be taken back", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: ["CATEGORISE"] };
  const asked = station({
    "/api/categories": {
      categories: [
        { category: "GENERAL", days: 90 },
        { category: "PENALTY", days: 3650 },
      ],
    },
    "/api/evidence/": { acts: [] },
    "/api/cases": { cases: [] },
  });
  many({ found: async () => [], after: async () => {}, href: id => `#/item/${id}`, back: () => "#/evidence?case=A-7" });
  for (const one of [item("a", "2026-11-28T04:00:00Z"), item("b", "2026-11-28T05:00:00Z")]) {
    const box = tickBox(one);
    box.checked = true;
    box.onchange();
  }
  selection();
  await settled();
  const [select] = place("many").all(e => e.tagName === "SELECT" && e.ariaLabel),
    button = place("many").all(e => e.tagName === "BUTTON" && /分类/.test(e.textContent))[0],
    done = () => asked.filter(one => one.startsWith("POST")).length;
  select.value = "GENERAL";
  button.onclick({ detail: 1 });
  await settled();
  assert.equal(done(), 0, "the first click does nothing yet");
  assert.equal(button.textContent, "确认分类 2 件：将封存至 2027年2月26日，不能缩短");
  button.onclick({ detail: 2 });
  await settled();
  assert.equal(done(), 0, "a double click is no answer");
  select.value = "PENALTY";
  select.onchange();
  button.onclick({ detail: 1 });
  await settled();
  assert.equal(done(), 0, "another category asks anew");
  button.onclick({ detail: 1 });
  await settled();
  assert.equal(done(), 2);
  tickNone();
});
test("the box in the head selects all rows that are shown, and none of them again; it says when some are", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: ["CATEGORISE"] };
  station({ "/api/categories": { categories: [] } });
  const boxes = [item("a", "2026-11-28T04:00:00Z"), item("b", "2026-11-28T05:00:00Z")].map(tickBox);
  const before = document.querySelectorAll;
  document.querySelectorAll = selector => (selector === "#list .ticked input" ? boxes : []);
  const box = headBox(),
    told = place("tickShown"),
    count = () =>
      place("many")
        .all(e => e.id === "manyCount")
        .map(e => e.textContent)
        .join();
  box.checked = true;
  box.onchange();
  assert.deepEqual([boxes.map(one => one.checked), count(), told.checked, told.indeterminate], [[true, true], "已选 2 件", true, false]);
  boxes[0].checked = false;
  boxes[0].onchange();
  assert.deepEqual([told.checked, told.indeterminate, place("chosen").hidden], [false, true, false]);
  boxes[0].checked = true;
  boxes[0].onchange();
  box.checked = false;
  box.onchange();
  assert.deepEqual([boxes.map(one => one.checked), told.checked, place("chosen").hidden], [[false, false], false, true]);
  document.querySelectorAll = before;
});

/** Selects these items, and gives the names of the acts with all of them. */
async function select(acts, ids) {
  tickNone();
  here.person = { id: "1", roles: [], acts };
  many({ found: async () => [], after: async () => {}, href: id => `#/item/${id}`, back: () => "#/evidence?case=A-7" });
  for (const id of ids) {
    const box = tickBox(item(id, "2026-11-28T04:00:00Z"));
    box.checked = true;
    box.onchange();
  }
  selection();
  await settled();
  return place("manyActs")
    .all(e => Boolean(e.dataset.act))
    .map(e => e.dataset.act);
}
test("each act with one item that makes sense for many is there for many, by the same rights", async () => {
  here.language = "zh";
  station({ "/api/recipients": { recipients: [], units: [] }, "/api/categories": { categories: [] } });
  for (const [right, acts] of /** @type {[string, string[]][]} */ ([
    ["REVIEW", ["openReview", "sign", "return"]],
    ["HOLD", ["hold", "release"]],
    ["OFFER_HANDOVER", ["offer", "withdraw"]],
    ["ANSWER_HANDOVER", ["accept", "refuse"]],
    ["PROPOSE_DISPOSAL", ["proposeDisposal"]],
    ["APPROVE_DISPOSAL", ["approveDisposal", "refuseDisposal"]],
    ["VIEW", []],
  ]))
    assert.deepEqual(await select([right], ["a"]), acts, right);
});
/** Fills in the form of an act, sends it, and gives what was sent by item and what the page says of it. */
async function sendAll(name, values, answer) {
  const sent = /** @type {any[]} */ ([]);
  globalThis.fetch = async (path, options = {}) => {
    const id = /evidence\/(\w+)/.exec(String(path))?.[1] || "";
    if (options.method === "POST") sent.push([id, JSON.parse(String(options.body))]);
    const { status = 200, body = {} } = answer(id, options.method || "GET");
    return new Response(JSON.stringify(body), { status });
  };
  const [form] = place("manyActs").all(e => e.dataset.act === name),
    inputs = form.all(e => e.tagName === "INPUT");
  values.forEach((value, at) => {
    inputs[at].value = value;
  });
  await form.all(e => e.tagName === "FORM")[0].onsubmit({ preventDefault: () => {} });
  return { sent, said: place("manyResults").textContent };
}
test("holds of many are released, and what was refused is told by its reason", async () => {
  here.language = "zh";
  station({ "/api/recipients": { recipients: [], units: [] } });
  await select(["HOLD"], ["a", "b", "c"]);
  const none = { code: "ST-117", title: "no such hold", detail: "no such hold" };
  const { sent, said } = await sendAll("release", ["案件已结"], id => (id === "a" ? {} : { status: 409, body: none }));
  assert.deepEqual(sent.map(([id, { act, reason }]) => [id, act, reason]).sort(), [
    ["a", "release", "案件已结"],
    ["b", "release", "案件已结"],
    ["c", "release", "案件已结"],
  ]);
  assert.match(said, /^已处理 1 \/ 3 件.*ST-117.*\(2 件证据\).*b\.mp4.*c\.mp4/);
});
test("after some were refused, and after a package was asked for, what is left can be sent again", async () => {
  here.language = "zh";
  station({});
  const none = { code: "ST-117", title: "no such hold", detail: "no such hold" },
    form = act =>
      place("manyActs")
        .all(e => e.dataset.act === act)[0]
        .querySelector("form"),
    stands = act => [form(act).querySelector("button").disabled || false, form(act).querySelector("input").value];
  await select(["HOLD", "REQUEST_EXPORT"], ["a", "b"]);
  const type = (act, words) => {
      form(act).querySelector("input").value = words;
      notSent(form(act));
    },
    refusesA = id => (id === "a" ? { status: 409, body: none } : {});
  type("release", "案件已结");
  const { sent } = await sendAll("release", ["案件已结"], refusesA);
  assert.equal(sent.length, 2);
  assert.deepEqual(stands("release"), [false, ""], "one is left");
  type("release", "再试");
  const again = await sendAll("release", ["再试"], refusesA);
  assert.deepEqual(
    again.sent.map(([id]) => id),
    ["a"],
  );
  type("requestExport", "检察院");
  await sendAll("requestExport", ["检察院", "起诉"], () => ({}));
  assert.deepEqual(stands("requestExport"), [false, ""], "the selection is as it was");
  tickNone();
});
test("many are signed or refused only where a review is open, or a handover waits for who is here", async () => {
  here.language = "zh";
  station({ "/api/recipients": { recipients: [], units: [] } });
  for (const [right, act, why] of [
    ["REVIEW", "sign", "没有正在进行的审核"],
    ["REVIEW", "return", "没有正在进行的审核"],
    ["ANSWER_HANDOVER", "refuse", "没有等您接收的移送"],
  ]) {
    await select([right], ["a", "b"]);
    const { sent, said } = await sendAll(act, ["理由"], id => ({ body: { id, custody: { entries: [] } } }));
    assert.deepEqual(sent, [], act);
    assert.match(said, new RegExp(`^已处理 0 / 2 件${why} .2 件证据.`), act);
  }
});
/** A browser that has verified every chain and has a place for keys; what is signed is kept. It gives back what was there before. @param {any[]} stated */
function signs(stated) {
  const before = { Liuhen: globalThis.Liuhen, indexedDB: globalThis.indexedDB },
    request = result => {
      const one = /** @type {any} */ ({ result });
      queueMicrotask(() => one.onsuccess());
      return one;
    };
  let kept;
  const store = {
    get: () => request(kept),
    put: pair => {
      kept = pair;
      return request(null);
    },
  };
  Object.assign(globalThis, {
    Liuhen: {
      chain: async () => ({ head: { size: 1n, root: new Uint8Array(32) }, entries: 1, faults: [], last: "leaf" }),
      hex: () => "00",
      witnessed: async () => null,
      statement: (...all) => {
        stated.push(all);
        return new Uint8Array(1);
      },
    },
    indexedDB: { open: () => request({ transaction: () => ({ objectStore: () => store }) }) },
  });
  return () => Object.assign(globalThis, before);
}
test("many are returned until the end of a day at the site, which is signed for the review that is open", async () => {
  here.language = "zh";
  station({ "/api/recipients": { recipients: [], units: [] } });
  await select(["REVIEW"], ["a"]);
  const stated = /** @type {any[]} */ ([]),
    restore = signs(stated);
  here.zone = "Asia/Shanghai"; // the machine that runs this has another one
  assert.notEqual(Intl.DateTimeFormat().resolvedOptions().timeZone, here.zone);
  const { sent } = await sendAll("return", ["请补充", "2026-12-24"], (id, method) =>
    method === "GET" ? { body: { id, keys: [], custody: { entries: [] }, reviews: { r7: {} } } } : {},
  );
  restore();
  here.zone = "";
  const [, body] = sent.find(([id]) => id === "a");
  assert.deepEqual([body.act, body.reviewId, body.due], ["return", "r7", "2026-12-24T15:59:59Z"]);
  assert.ok(body.signature.value);
  const [[who, id, event, , seen]] = stated;
  assert.deepEqual([who, id, seen], ["1", "a", "leaf"]);
  assert.deepEqual([event.reviewId, event.due], ["r7", body.due], "what is signed is what is sent");
});
test("what is sent and not on the record yet is not told as done: it is named, and stays selected", async () => {
  station({ "/api/recipients": { recipients: [], units: [] } });
  for (const [language, says] of /** @type {[string, RegExp][]} */ ([
    ["zh", /^已处理 1 \/ 2 件 · 1 件已提交，尚未入账已提交，尚未入账。 a\.mp4$/],
    ["en", /^1 of 2 done · 1 sent and not on the record yetSent; not on the record yet\. a\.mp4$/],
  ])) {
    here.language = /** @type {any} */ (language);
    await select(["HOLD"], ["a", "b"]);
    const { said } = await sendAll("hold", ["理由"], id => ({ status: id === "a" ? 202 : 200 }));
    assert.match(said, says);
    const [count] = place("many").all(e => e.id === "manyCount");
    assert.equal(count.textContent, words[language].tickedNow(1));
  }
});
test("who ends it, and whom another person follows, is told how many were not tried", async () => {
  here.language = "zh";
  station({ "/api/recipients": { recipients: [], units: [] } });
  const ids = ["a", "b", "c", "d", "e"];
  for (const end of [
    () => {
      place("manyResults")
        .all(e => e.tagName === "BUTTON")[0]
        .onclick();
    },
    () => {
      here.person = { ...here.person, id: "2" };
    },
  ]) {
    await select(["HOLD"], ids);
    const { sent, said } = await sendAll("hold", ["理由"], () => {
      end();
      return {};
    });
    assert.equal(sent.length, 3);
    assert.match(said, /^已处理 3 \/ 5 件 · 2 件未办理/);
  }
});
test("a refused handover that is open beside the list is left for the same list; one that stays is not", async () => {
  here.language = "zh";
  station({ "/api/recipients": { recipients: [], units: [] } });
  const restore = signs([]),
    drawn = /** @type {string[]} */ ([]);
  Object.assign(globalThis, { dispatchEvent: () => drawn.push(location.hash), HashChangeEvent: class {} });
  for (const [open, ends, again] of /** @type {[string, string, number][]} */ ([
    ["a", "#/evidence?case=A-7", 0],
    ["b", "#/item/b?in=evidence&case=A-7", 1],
  ])) {
    await select(["ANSWER_HANDOVER"], ["a", "b"]);
    location.hash = `#/item/${open}?in=evidence&case=A-7`;
    const { sent } = await sendAll("refuse", ["不归我院"], (id, method) =>
      method === "GET"
        ? { body: { id, keys: [], custody: { entries: [] }, handover: { id: `h${id}`, by: "9", to: "1" } } }
        : id === "b"
          ? { status: 409, body: { code: "ST-122", title: "answered", detail: "answered" } }
          : {},
    );
    assert.deepEqual(
      sent
        .filter(([id]) => id)
        .map(([id]) => id)
        .sort(),
      ["a", "b"],
    );
    assert.deepEqual([location.hash, drawn.length], [ends, again]);
  }
  restore();
  location.hash = "";
  tickNone();
});
test("another language keeps what is selected, and what was typed for it; another selection begins anew", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: ["LINK", "HOLD"] };
  station({ "/api/cases": { cases: [] } });
  tickNone();
  const tick = id => {
      const box = tickBox(item(id, "2026-11-28T04:00:00Z"));
      box.checked = true;
      box.onchange();
    },
    typed = () => place("many").all(e => e.tagName === "INPUT"),
    hold = () =>
      place("manyActs")
        .all(e => e.tagName === "DETAILS" && e.dataset.act === "hold")[0]
        .querySelector("form");
  for (const id of ["a", "b"]) tick(id);
  await settled();
  assert.equal(typed().length, 2);
  typed()[0].value = "A-7";
  typed()[1].value = "same scene";
  notSent(place("many").querySelector("form"));
  hold().querySelector("input").value = "appeal";
  notSent(hold());
  for (here.language of /** @type {["en", "zh"]} */ (["en", "zh"])) {
    selection(); // the list is drawn anew
    await settled();
    assert.equal(
      place("manyCount").textContent || place("many").all(e => e.id === "manyCount")[0].textContent,
      words[here.language].tickedNow(2),
    );
    assert.deepEqual(
      typed().map(field => field.value),
      ["A-7", "same scene"],
    );
    assert.equal(hold().querySelector("input").value, "appeal");
    assert.match(place("manyActs").textContent, new RegExp(words[here.language].act.hold));
  }
  tickNone();
  tick("c");
  await settled();
  assert.deepEqual(
    [...typed(), hold().querySelector("input")].map(field => field.value),
    ["", "", ""],
  );
  tickNone();
});
test("what is answered late is drawn for no other selection, and nobody finds what another person typed", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: ["HOLD", "OFFER_HANDOVER"] };
  station({ "/api/recipients": { recipients: [] } });
  tickNone();
  const tick = id => {
      const box = tickBox(item(id, "2026-11-28T04:00:00Z"));
      box.checked = true;
      box.onchange();
    },
    held = () =>
      place("manyActs")
        .all(e => e.tagName === "FORM" && e.parent?.dataset.act === "hold")
        .map(form => form.querySelector("input").value),
    type = () => {
      const form = place("manyActs").all(e => e.tagName === "FORM" && e.parent?.dataset.act === "hold")[0];
      form.querySelector("input").value = "appeal";
      notSent(form);
    };
  tick("a");
  await settled();
  type();
  here.language = "en";
  selection();
  tickNone(); // before the answer
  await settled();
  assert.deepEqual(held(), []);
  tick("c");
  await settled();
  assert.deepEqual(held(), [""]);
  type();
  here.person = { ...here.person, id: "2" };
  here.language = "zh";
  selection();
  await settled();
  assert.deepEqual(held(), [""]);
  tickNone();
});
