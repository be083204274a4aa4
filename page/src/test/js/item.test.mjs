// One item: what stays when it is drawn again, and what is said before an act.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { facts, timeSource } from "../../main/resources/org/liuhen/page/facts.js";
import { leaveItem, showItem } from "../../main/resources/org/liuhen/page/item.js";
import { endPlaying, tellLanguage } from "../../main/resources/org/liuhen/page/play.js";
import { words } from "../../main/resources/org/liuhen/page/words.js";
import { place, station } from "./dom.mjs";

const ID = "01jdb3kz0r0000000000000000";
const settled = () => new Promise(done => setTimeout(done, 5));
Object.assign(globalThis, {
  innerWidth: 1400,
  Liuhen: { chain: async () => ({ head: null, entries: 0, faults: [{ code: "", at: null, detail: "no log here" }] }) },
});
const item = more => ({
  id: ID,
  fileName: "a.mp4",
  mediaType: "video/mp4",
  state: "verified",
  declaredAt: "2026-11-26T04:00:00Z",
  object: { bucket: "b" },
  cases: [],
  custody: { entries: [] },
  ...more,
});
const answers = one => ({
  [`/api/evidence/${ID}/plays`]: { playId: "p", media: "/media/p" },
  [`/api/evidence/${ID}`]: one,
  "/api/categories": { categories: [{ category: "GENERAL", days: 90 }] },
  "/api/names": { people: [] },
  "/api/unit-names": { units: [] },
});

/** Shows the item, and plays it. */
async function plays() {
  await showItem(ID, () => {}, "#/");
  const detail = place("detail"),
    [media] = detail.all(e => e.className === "media");
  media.all(e => e.tagName === "BUTTON")[0].onclick();
  await settled();
  const [video] = media.all(e => e.tagName === "VIDEO");
  return { detail, media, video };
}
test("an act on an item that is being played does not touch its player; all around it is drawn again", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: ["PLAY"] };
  station(answers(item({})));
  const { detail, video } = await plays();
  assert.ok(video, "it plays");
  video.isConnected = true;
  video.played = { length: 0 };
  station(answers(item({ cases: ["A-7"] })));
  await showItem(ID, () => {}, "#/");
  assert.equal(detail.all(e => e.tagName === "VIDEO")[0], video);
  assert.equal(video.src, "/media/p", "and goes on");
  const shown = detail.children.map(e => e.className || e.tagName);
  assert.deepEqual(shown.filter(name => name === "head" || name === "media").join(), "head,media");
  assert.match(detail.textContent, /A-7/);
  let ended = false;
  Object.assign(video, {
    removeAttribute: () => {},
    load: () => {
      ended = true;
    },
  });
  station({ [`/api/evidence/${ID}/plays`]: {}, ...answers(item({ state: "disposed", object: null })) });
  await showItem(ID, () => {}, "#/");
  assert.ok(ended, "what is not there any more is not played");
  assert.equal(detail.all(e => e.tagName === "VIDEO").length, 0);
});
test("another language does not touch a player: what is around it is drawn again, and its buttons are named anew", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: ["PLAY", "DOWNLOAD"] };
  const asked = station(answers(item({})));
  const { detail, media, video } = await plays();
  Object.assign(video, { isConnected: true, played: { length: 0 }, removeAttribute: () => {}, load: () => {} });
  assert.match(media.textContent, new RegExp(words.zh.download));
  here.language = "en";
  tellLanguage();
  await showItem(ID, () => {}, "#/");
  assert.equal(detail.all(e => e.tagName === "VIDEO")[0], video);
  assert.equal(video.src, "/media/p", "and goes on");
  assert.equal(asked.filter(one => one.startsWith("POST")).length, 1, "in the same session of playing");
  assert.ok(media.textContent.includes(words.en.download) && !media.textContent.includes(words.zh.download), media.textContent);
  const [controls] = media.all(e => e.className === "controls");
  assert.equal(controls.ariaLabel, words.en.controls);
  assert.ok(controls.all(e => e.title === words.en.back10).length === 1 && controls.textContent.includes(words.en.toMoment));
  await endPlaying();
});
test("a category on an item says beside it until when it seals", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: ["CATEGORISE"] };
  station(answers(item({})));
  await showItem(ID, () => {}, "#/");
  const [form] = place("detail").all(e => e.dataset.act === "categorise");
  assert.match(form.textContent, /将封存至 2027年2月24日，不能缩短/);
});
test("an item that comes late does not take the place of one that was asked for after it", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: [] };
  station(answers(item({ fileName: "late.mp4" })));
  const fast = fetch;
  let letGo = () => {};
  const held = new Promise(done => {
    letGo = () => done(undefined);
  });
  globalThis.fetch = async (path, options) => {
    await held;
    return fast(path, options);
  };
  const late = showItem(ID, () => {}, "#/");
  station(answers(item({ fileName: "asked.mp4" })));
  await showItem(ID, () => {}, "#/");
  letGo();
  await late;
  assert.match(place("detail").textContent, /asked\.mp4/);
  station({});
  const failing = showItem(ID, () => {}, "#/");
  leaveItem();
  await failing;
  assert.match(place("detail").textContent, /asked\.mp4/, "nor does its failure");
});
test("an officer plays a recording, is offered no file of it, and is told so", async () => {
  here.language = "zh";
  for (const [acts, plays, downloads, says] of /** @type {[string[], boolean, boolean, RegExp][]} */ ([
    [["PREVIEW"], false, false, /不能播放和下载/],
    [["PREVIEW", "PLAY"], true, false, /可以播放和预览，不能下载/],
    [["PREVIEW", "PLAY", "DOWNLOAD"], true, true, /^((?!不能下载).)*$/s],
  ])) {
    here.person = { id: "1", roles: [], acts };
    station(answers(item({})));
    await showItem(ID, () => {}, "#/");
    const [media] = place("detail").all(e => e.className === "media");
    assert.equal(media.all(e => e.tagName === "BUTTON" && /播放/.test(e.textContent)).length === 1, plays, acts.join());
    assert.equal(media.all(e => (e.href || "").endsWith("/content")).length === 1, downloads, acts.join());
    assert.match(media.textContent, says);
    leaveItem();
  }
});

test("where the time of a recording comes from is said in words; the names of readers stand in the title", () => {
  for (const [source, zh, en] of [
    ["format.tags.creation_time as local time", "文件自带的创建时间（按当地时间）", "creation time in the file (taken as local time)"],
    [
      "file name; agrees with format.tags.creation_time",
      "文件名、与文件自带的创建时间一致",
      "file name, agrees with creation time in the file",
    ],
    ["sender; file name (profile a)", "上传时申报、文件名", "declared by the sender, file name"],
    ["GPMF GPS5 track", "卫星定位", "satellite positions"],
    ["GPS/GPS Date Stamp", "卫星定位", "satellite positions"],
    ["Exif SubIFD/Date/Time Original", "照片信息", "data of the picture"],
    ["H.264 user data MDPM", "拍摄设备写入的信息", "written by the camera"],
    ["Matroska DateUTC", "文件自带的创建时间", "creation time in the file"],
  ]) {
    here.language = "zh";
    assert.equal(timeSource(source), zh);
    here.language = "en";
    assert.equal(timeSource(source), en);
  }
  const captureTime = { earliest: "2026-11-26T04:00:00Z", latest: "2026-11-26T04:00:00Z", clock: "DEVICE", source: "sender" };
  assert.ok(facts(item({ captureTime })).all(e => e.title === "sender" && e.textContent === "declared by the sender").length === 1);
});
test("an answer that comes after its person has left draws nothing", async () => {
  here.language = "zh";
  for (const next of [null, { id: "2", roles: [], acts: ["VIEW"] }]) {
    here.person = { id: "1", roles: [], acts: ["VIEW"] };
    station(answers(item({})));
    const answer = globalThis.fetch;
    globalThis.fetch = async (...asked) => {
      here.person = next;
      return answer(...asked);
    };
    place("detail").replaceChildren("the form to sign in");
    await showItem(ID, () => {}, "#/");
    assert.equal(place("detail").textContent, "the form to sign in");
  }
});

test("an address leads to a part of the item, with the focus: where it is answered, else where it is said", async () => {
  here.language = "zh";
  const note = (index, words) => ({
    index,
    leaf: "00",
    entry: {
      itemSequence: index,
      recordedAt: "2026-11-29T01:00:00Z",
      event: {
        eventType: "noteAdded",
        words,
        context: {
          eventId: String(index),
          evidenceId: ID,
          occurredAt: "2026-11-29T01:00:00Z",
          clock: { source: "ntp", uncertaintyMillis: 1 },
          actor: { kind: "OFFICER", id: "9", credential: "password" },
          instrument: { tool: "review", version: "1" },
        },
      },
    },
  });
  const offered = item({ handover: { by: "9", at: "2026-11-29T01:00:00Z", id: "h", to: "1" } }),
    refused = item({ lastHandover: { by: "9", at: "2026-11-29T01:00:00Z", to: "9", outcome: "refused", words: "a page is missing" } }),
    back = { by: "9", at: "2026-11-29T01:00:00Z", id: "r", words: "no category" },
    returned = item({ lastReview: { ...back, outcome: "returned" } }),
    answered = item({
      lastReview: { ...back, outcome: "answered" },
      reviews: { r: { by: "9", at: "2026-11-29T01:00:00Z", answer: "RECTIFIED", words: "mended" } },
    }),
    opened = { by: "8", at: "2026-11-30T01:00:00Z", sample: "RANDOM" },
    several = item({
      lastReview: { ...back, outcome: "returned" },
      reviews: {
        a: opened,
        b: { by: "9", at: "2026-11-29T01:00:00Z", answer: "RECTIFIED", words: "an older answer" },
        c: { by: "9", at: "2026-11-29T02:00:00Z", answer: "RECTIFIED", words: "the newest answer" },
      },
    }),
    unanswered = item({ lastReview: { ...back, outcome: "returned" }, reviews: { a: opened } }),
    noted = item({ custody: { entries: [note(1, "@1 first"), note(2, "@1 second"), note(3, "@2 third")] } });
  for (const [shown, part, act, tag, says] of /** @type {[any, string, string, string, RegExp][]} */ ([
    [offered, "handover", "ANSWER_HANDOVER", "SUMMARY", /接受移送/],
    [offered, "handover", "VIEW", "DD", /移送/],
    [refused, "handover", "VIEW", "DD", /a page is missing/],
    [returned, "review", "ANSWER_REVIEW", "SUMMARY", /答复/],
    [returned, "review", "VIEW", "DD", /no category/],
    [answered, "review", "REVIEW", "DD", /mended/],
    [several, "review", "REVIEW", "DD", /the newest answer/],
    [unanswered, "review", "VIEW", "DD", /no category/],
    [item({ reviews: { a: opened } }), "review", "VIEW", "DD", /审核/],
    [noted, "notes", "VIEW", "LI", /second/],
    [item({}), "notes", "NOTE", "SECTION", /备注/],
  ])) {
    here.person = { id: "1", roles: [], acts: [act] };
    station(answers(shown));
    delete place("detail").dataset.item;
    document.activeElement = null;
    await showItem(ID, () => {}, "#/", { part });
    const active = document.activeElement;
    assert.equal(active?.tagName, tag, part);
    assert.match(active.textContent, says);
    if (tag === "SUMMARY") assert.ok(active.parentElement.open, "the form is open");
    assert.ok(document.scrolledTo.contains(active), "it is in view");
    document.activeElement = null;
    await showItem(ID, () => {}, "#/", { part });
    assert.equal(document.activeElement, null, "what is drawn again takes no focus");
  }
  for (const part of ["handover", "review", "something", undefined]) {
    station(answers(item({})));
    delete place("detail").dataset.item;
    await showItem(ID, () => {}, "#/", { part });
    assert.equal(document.activeElement, null, "what is not there any more");
  }
});
