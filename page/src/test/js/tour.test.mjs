// The tour of who is new: what it shows to whom, and where it stands.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { beside, stepsOf } from "../../main/resources/org/liuhen/page/tour.js";
import { words } from "../../main/resources/org/liuhen/page/words.js";

test("each role has at most five steps with words in both languages, the help last", () => {
  for (const role of Object.keys(words.zh.role)) {
    const steps = stepsOf([role]);
    assert.ok(steps.length >= 3 && steps.length <= 5, `${role}: ${steps}`);
    assert.equal(steps.at(-1), "help");
    for (const step of steps) for (const language of [words.zh, words.en]) assert.equal(language.tour[step].length, 2, step);
  }
  assert.deepEqual(stepsOf(["officer"]), ["upload", "desk", "list", "help"]);
  assert.deepEqual(stepsOf(["supervisor"]), ["gaps", "units", "desk", "help"]);
  assert.deepEqual(stepsOf(["prosecutor"]), ["handovers", "verify", "help"]);
  assert.equal(stepsOf(Object.keys(words.zh.role)).length, 5, "somebody with every role sees five, too");
  assert.deepEqual(stepsOf([]), ["help"]);
});
test("it stands beside its place, under it, over it, or in it, and always in the window", () => {
  const view = { width: 1366, height: 768 },
    box = { width: 384, height: 200 };
  const wide = { left: 200, right: 1300 };
  assert.deepEqual(beside({ ...wide, top: 100, bottom: 150 }, box, view), { left: 200, top: 160 });
  assert.deepEqual(beside({ ...wide, top: 600, bottom: 700 }, box, view), { left: 200, top: 390 });
  assert.deepEqual(beside({ ...wide, top: 150, bottom: 760 }, box, view), { left: 200, top: 190 });
  assert.deepEqual(
    beside({ left: 10, right: 180, top: 300, bottom: 340 }, box, view),
    { left: 190, top: 300 },
    "beside an entry of the menu",
  );
  assert.deepEqual(beside({ left: 1300, right: 1330, top: 10, bottom: 50 }, box, view), { left: 1366 - 384 - 10, top: 60 });
  const low = beside({ left: -50, right: 900, top: 740, bottom: 2000 }, box, view);
  assert.deepEqual([low.left, low.top + box.height], [10, 530 + 200]);
});
