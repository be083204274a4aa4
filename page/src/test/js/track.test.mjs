// The track beside the player.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { nearest } from "../../main/resources/org/liuhen/page/map.js";
import { indexAt, metres, round, secondsOf, showTrack } from "../../main/resources/org/liuhen/page/track.js";
import { station } from "./dom.mjs";

test("positions stand in the recording by their own times, with a zone or without", () => {
  assert.deepEqual(secondsOf(["2026-11-26T14:00:00Z", "2026-11-26T14:00:01.5Z", "2026-11-26T14:00:04Z"]), [0, 1.5, 4]);
  assert.deepEqual(secondsOf(["2026-11-26T14:00:00", "2026-11-26T14:00:02"]), [0, 2]);
});
test("a track whose times say nothing follows nothing", () => {
  const at = "2026-11-26T14:00:00Z";
  for (const times of [
    [],
    [at],
    [at, at],
    [at, null, "2026-11-26T14:00:02Z"],
    [at, "2026-11-26T13:59:59Z"],
    ["00:00:01,000", "00:00:02,000"],
    ["1", "2"],
    [at, "x"],
  ])
    assert.equal(secondsOf(times), null, String(times));
});
test("the position that is shown is the last one before the moment", () => {
  const seconds = [0, 1, 1, 2, 10];
  assert.deepEqual(
    [-1, 0, 0.5, 1, 1.9, 2, 9.99, 10, 99].map(at => indexAt(seconds, at)),
    [0, 0, 0, 2, 2, 3, 3, 4, 4],
  );
});
test("metres, and a bar of a round length", () => {
  assert.ok(Math.abs(metres([116.4, 39.9], [116.4, 39.901]) - 111.2) < 0.1);
  assert.ok(Math.abs(metres([0, 60], [0.001, 60]) - 55.6) < 0.1, "a degree of longitude is half as long there");
  assert.deepEqual(
    [0.7, 1, 4.9, 5, 99, 1999].map(most => round(most)),
    [0.5, 1, 2, 5, 50, 1000],
  );
});
test("a click means the point that is nearest to it", () => {
  const places = /** @type {[number, number][]} */ ([
    [0, 0],
    [10, 0],
    [10, 10],
  ]);
  assert.deepEqual([nearest(places, 1, 1), nearest(places, 8, 3), nearest(places, 99, 99)], [0, 1, 2]);
});
test("the mark and the words follow the player", async () => {
  here.language = "en";
  const track = {
    geometry: {
      type: "LineString",
      coordinates: [
        [116.4, 39.9],
        [116.4, 39.9001],
        [116.4, 39.9002],
      ],
    },
    bbox: [116.4, 39.9, 116.4, 39.9002],
    properties: { source: "GPMF", times: ["2026-11-26T14:00:00Z", "2026-11-26T14:00:01Z", "2026-11-26T14:00:02Z"], unfixed: 3 },
  };
  const card = document.createElement("div"),
    place = document.createElement("div"),
    media = { currentTime: 1.2 };
  card.querySelector = () => media;
  place.closest = () => card;
  station({ "/api/evidence/e/track": track, "/api/map": { tiles: false } });
  await showTrack(place, { id: "e", mediaType: "video/mp4" });
  assert.match(place.textContent, /0:01.*39\.9001, 116\.4 · 40 km\/h/);
  assert.match(place.textContent, /3 positions without a fix/);
  const [mark] = place.all(e => e.tagName === "CIRCLE").slice(-1),
    before = mark.attributes.cy;
  media.currentTime = 2;
  Object.defineProperty(place.all(e => e.tagName === "SVG")[0], "isConnected", { value: true });
  card.listeners.seeked({ target: media });
  assert.notEqual(mark.attributes.cy, before);
  assert.match(place.textContent, /39\.9002, 116\.4/);

  station({ "/api/evidence/e/track": track });
  await showTrack(place, { id: "e", mediaType: "application/gpx+xml" });
  assert.doesNotMatch(place.textContent, /km\/h|without a fix/, "a log of positions has no player");
});
