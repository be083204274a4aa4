// Recordings of a case on one axis of time.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { endPlaying } from "../../main/resources/org/liuhen/page/play.js";
import { axis, inStep, secondsAt, showTogether } from "../../main/resources/org/liuhen/page/together.js";
import { place, station } from "./dom.mjs";

const at = time => `2026-11-26T${time}Z`;
const recording = (id, earliest, latest, lengthMillis, corrected) => ({
  id,
  captureTime: { earliest: at(earliest), latest: at(latest), lengthMillis, ...(corrected && { corrected }) },
});

test("recordings stand on the axis by the middle of what is known of their beginning", () => {
  const { from, to, lanes, without } = axis([
    recording("late", "08:10:00", "08:10:04", 60_000),
    recording("early", "08:00:00", "08:00:00", 900_000),
    recording("unknown", "00:00:00", "08:00:00", 60_000),
    recording("noLength", "08:00:00", "08:00:00", undefined),
    { id: "nothing" },
  ]);
  assert.deepEqual([new Date(from).toISOString(), new Date(to).toISOString()], ["2026-11-26T08:00:00.000Z", "2026-11-26T08:15:00.000Z"]);
  assert.deepEqual(
    lanes.map(lane => [lane.item.id, new Date(lane.begin).toISOString(), lane.within, lane.moved]),
    [
      ["early", "2026-11-26T08:00:00.000Z", 0, null],
      ["late", "2026-11-26T08:10:02.000Z", 2000, null],
    ],
  );
  assert.deepEqual(
    without.map(item => item.id),
    ["unknown", "noLength", "nothing"],
  );
});
test("a clock that was read is corrected, and by how much is said", () => {
  const ahead = recording("ahead", "08:00:58", "08:01:02", 10_000, { earliest: at("07:59:59.500"), latest: at("08:00:00.500") });
  const [lane] = axis([ahead]).lanes;
  assert.deepEqual([new Date(lane.begin).toISOString(), lane.within, lane.moved], ["2026-11-26T08:00:00.000Z", 500, 60_000]);
});
test("at a moment each recording is as far as its own beginning says", () => {
  const { lanes } = axis([recording("a", "08:00:00", "08:00:00", 60_000), recording("b", "08:00:30", "08:00:30", 60_000)]);
  const moment = time => lanes.map(lane => secondsAt(lane, Date.parse(at(time))));
  assert.deepEqual(moment("08:00:10"), [10, null]);
  assert.deepEqual(moment("08:00:45"), [45, 15]);
  assert.deepEqual(moment("08:01:00"), [null, 30]);
  assert.deepEqual(moment("08:01:30"), [null, null]);
  assert.deepEqual(axis([]).lanes, []);
});

test("players that were ended are not in step, nor are those of another person; what fails late is drawn nowhere", async () => {
  here.language = "zh";
  here.person = { id: "1", acts: [] };
  const create = document.createElement;
  document.createElement = name =>
    Object.assign(create(name), { load() {}, pause() {}, play: async () => {}, played: { length: 0 }, readyState: 0 });
  const answers = {
      "/api/cases/A1": { evidence: [{ ...recording("a", "08:00:00", "08:00:00", 60_000), mediaType: "video/mp4", fileName: "a.mp4" }] },
      "/api/evidence/a/plays": { playId: "p", media: "/m" },
    },
    settled = () => new Promise(done => setTimeout(done, 20)),
    button = () => place("detail").all(e => e.tagName === "BUTTON")[0],
    video = () => place("detail").all(e => e.tagName === "VIDEO")[0];
  try {
    location.hash = "#/together/A1";
    station(answers);
    await showTogether("A1");
    button().onclick();
    await settled();
    assert.ok(video() && inStep());
    const first = video();
    await showTogether("A1"); // in another language
    await settled();
    assert.equal(video(), first);
    globalThis.fetch = async () => {
      throw new TypeError("no network");
    };
    await showTogether("A1");
    assert.equal(video(), first, "while the station is away they go on");
    assert.match(place("notice").textContent, /./);
    here.person = { id: "2", acts: [] };
    assert.ok(!inStep(), "somebody else began them");
    here.person = { id: "1", acts: [] };
    assert.ok(inStep());
    station(answers);
    await endPlaying(); // as when the page is left
    assert.ok(!inStep());
    await showTogether("A1");
    assert.equal(video(), undefined, "nothing is dead in its place");
    button().onclick();
    await settled();
    assert.ok(video() && video() !== first && inStep());
    await endPlaying();
    let fail = _why => {};
    globalThis.fetch = () => new Promise((_, bad) => (fail = bad));
    const late = showTogether("A1");
    location.hash = "#/cases";
    place("detail").replaceChildren("another view");
    fail(new TypeError("no network"));
    await late;
    assert.equal(place("detail").textContent, "another view");
  } finally {
    document.createElement = create;
    document.contains = () => false; // the clock of the axis stops
    location.hash = "";
  }
});
