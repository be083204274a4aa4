// Recordings of a case on one axis of time.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { axis, secondsAt } from "../../main/resources/org/liuhen/page/together.js";

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
