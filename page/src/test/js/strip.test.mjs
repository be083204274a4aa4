// The small pictures along a recording: which moments, and when the line is theirs.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { isCalm, moments, strip } from "../../main/resources/org/liuhen/page/strip.js";

test("pictures stand at the beginnings of equal parts, at most twelve, at least a second apart", () => {
  assert.deepEqual(moments(24), [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]);
  assert.deepEqual(moments(2 * 3600).slice(0, 3), [0, 600, 1200]);
  assert.equal(moments(2 * 3600).length, 12);
  assert.deepEqual(moments(3.9), [0, 1.3, 2.6]);
  for (const [i, second] of moments(12.5).entries()) assert.ok(i === 0 || second - moments(12.5)[i - 1] >= 1);
});
test("a recording that is very short, or of unknown length, has none", () => {
  for (const duration of [0, 1.99, Number.NaN, Infinity, -5]) assert.deepEqual(moments(duration), [], String(duration));
});

const ranges = (...pairs) => /** @type {any} */ ({ length: pairs.length, start: i => pairs[i][0], end: i => pairs[i][1] });
const media = given => ({ buffered: ranges([0, 20]), currentTime: 10, duration: 100, playbackRate: 1, seeking: false, ...given });
test("a picture is made while the player has enough in front of it", () => {
  assert.ok(isCalm(media({})));
  assert.ok(!isCalm(media({ currentTime: 17 })), "three seconds are little");
  assert.ok(!isCalm(media({ playbackRate: 4 })), "ten seconds are little at four times the speed");
  assert.ok(isCalm(media({ playbackRate: 0.1 })));
  assert.ok(!isCalm(media({ currentTime: 50 })), "what is shown is not there yet");
  assert.ok(isCalm(media({ buffered: ranges([0, 20], [48, 60]), currentTime: 50 })));
  assert.ok(!isCalm(media({ seeking: true })));
  assert.ok(!isCalm(media({ buffered: ranges() })));
  assert.ok(isCalm(media({ buffered: ranges([0, 100]), currentTime: 98 })), "all that is left is there");
});
test("a sound recording has no pictures", () => {
  const sound = document.createElement("audio"),
    place = strip(sound, { mediaType: "audio/mpeg" });
  assert.ok(place.hidden);
  assert.equal(/** @type {any} */ (sound).listeners.loadedmetadata, undefined);
});
test("pictures are buttons with their times, one of them in the way of the Tab key", () => {
  const video = Object.assign(document.createElement("video"), { duration: 7200, videoWidth: 640, currentTime: 1300, buffered: ranges() }),
    /** @type {any} */ place = strip(video, { mediaType: "video/mp4" });
  Object.defineProperty(globalThis.navigator, "connection", { value: { saveData: true }, configurable: true });
  assert.ok(place.hidden);
  /** @type {any} */ (video).listeners.loadedmetadata();
  assert.ok(!place.hidden);
  const buttons = place.all(e => e.tagName === "BUTTON");
  assert.deepEqual(
    buttons.map(b => b.textContent.trim()),
    ["00:00", "10:00", "20:00", "30:00", "40:00", "50:00", "1:00:00", "1:10:00", "1:20:00", "1:30:00", "1:40:00", "1:50:00"],
  );
  assert.equal(buttons.filter(b => b.tabIndex === 0).length, 1);
  assert.equal(
    buttons.findIndex(b => b.attributes["aria-current"] === "true"),
    2,
  );
  buttons[3].onclick();
  assert.equal(video.currentTime, 1800);
});
