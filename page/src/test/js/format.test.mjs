import assert from "node:assert/strict";
import { test } from "node:test";
import {
  address,
  begin,
  box,
  duration,
  frameSeconds,
  localDay,
  localTime,
  momentAt,
  position,
  readable,
  route,
  seconds,
  size,
  startOfDay,
} from "../../main/resources/org/liuhen/page/format.js";

test("a time is the reader's, with its offset", () => {
  assert.equal(localTime("2026-11-26T16:30:05Z", "Asia/Shanghai"), "2026-11-27 00:30:05 +08:00");
  assert.equal(localTime("2026-11-26T16:30:05Z", "America/St_Johns"), "2026-11-26 13:00:05 -03:30");
  assert.equal(localTime("2026-11-26T16:30:05.123456789Z", "UTC"), "2026-11-26 16:30:05 +00:00");
  assert.equal(localTime(undefined), "");
  assert.equal(localTime("yesterday"), "yesterday");
  assert.equal(localDay("2026-11-26T16:30:05Z", "Asia/Shanghai"), "2026-11-27");
});
test("a place in a recording is written as its player shows it", () => {
  assert.deepEqual([0, 12_999, 220_000, 3_599_999, 3_820_000].map(position), ["00:00", "00:12", "03:40", "59:59", "1:03:40"]);
});
test("a filter from the 26th to the 26th is that whole day where the reader is", () => {
  const before = process.env.TZ;
  process.env.TZ = "Asia/Shanghai";
  assert.equal(startOfDay("2026-11-26"), "2026-11-25T16:00:00.000Z");
  assert.equal(startOfDay("2026-11-26", 1), "2026-11-26T16:00:00.000Z");
  assert.equal(startOfDay("2026-12-31", 1), "2026-12-31T16:00:00.000Z");
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
});
test("values are written for people", () => {
  assert.equal(readable({ name: "frameRate", value: "30000/1001" }), "29.97 fps");
  assert.equal(readable({ name: "frameRate", value: "25/1" }), "25 fps");
  assert.equal(readable({ name: "bitRate", value: "5370000", unit: "bit/s" }), "5.37 Mbit/s");
  assert.equal(readable({ name: "duration", value: "3723.4", unit: "seconds" }), "1:02:03");
  assert.equal(readable({ name: "width", value: "1920", unit: "px" }), "1920 px");
  assert.equal(readable({ name: "frameRate", value: "1/0" }), "1/0 fps");
  const stated = ["2026-11-28T02:15:00+0800", "2026-11-28T02:15:00+08:00"].map(value =>
    readable({ name: "timeClaim", value, unit: "offset" }),
  );
  assert.match(stated[0], /^2026-11-2\d \d\d:\d\d:\d\d [+-]\d\d:\d\d$/);
  assert.equal(stated[0], stated[1]);
  assert.equal(duration(0), "0:00");
  assert.equal(duration(undefined), "");
  assert.equal(size(1536), "1.5 KiB");
});
test("an address keeps the filters, and gives them back", () => {
  const filters = { q: "张三 & 李四", from: "2026-11-26", pile: "" };
  assert.deepEqual(route(address("item/01ABC", filters)), {
    name: "item",
    rest: "01ABC",
    filters: { q: "张三 & 李四", from: "2026-11-26" },
  });
  assert.deepEqual(route("#/"), { name: "", rest: "", filters: {} });
  assert.equal(address("gaps"), "#/gaps");
  assert.equal(route(`#/case/${encodeURIComponent("（2022）京0105刑初123号")}`).name, "case");
});
test("a place is a kilometre around a point, or the box that was pasted", () => {
  assert.equal(box("39.9, 116.4"), "116.3900,39.8900,116.4100,39.9100");
  assert.equal(box("116.1,39.1,116.2,39.2"), "116.1,39.1,116.2,39.2");
});
test("a frame is as long as the file says", () => {
  assert.equal(frameSeconds([{ name: "frameRate", value: "25" }]), 0.04);
  assert.equal(frameSeconds([{ name: "frameRate", value: "30000/1001" }]), 1001 / 30000);
  for (const value of ["0", "0/0", "x", "", "1/30", "-25"]) assert.equal(frameSeconds([{ name: "frameRate", value }]), null, value);
  assert.equal(frameSeconds([]), null);
});
test("what is shown has a time of day where the beginning is known", () => {
  assert.equal(momentAt({ recordedFrom: "2026-11-27T05:59:58Z" }, 61.9), "2026-11-27T06:00:59.000Z");
  const exact = { earliest: "2026-11-27T05:59:58Z", latest: "2026-11-27T06:00:02Z" };
  assert.equal(momentAt({ captureTime: exact }, 2), "2026-11-27T06:00:00.000Z");
  assert.equal(momentAt({ captureTime: { earliest: "2026-11-26T00:00:00Z", latest: "2026-11-27T00:00:00Z" } }, 2), null);
  assert.equal(momentAt({}, 2), null);
});
test("a recording most likely began when the device's clock says so, not at the earliest moment that is possible", () => {
  const stated = { clock: "DEVICE", earliest: "2026-11-28T03:14:58Z", latest: "2026-11-28T03:15:02Z" },
    recordedFrom = stated.earliest;
  assert.deepEqual(begin({ recordedFrom, captureTime: stated }), { at: "2026-11-28T03:15:00.000Z", within: 2000 });
  assert.equal(
    momentAt({ recordedFrom, captureTime: stated }, 5),
    "2026-11-28T03:15:05.000Z",
    "as the camera has burnt it into the picture",
  );
  const corrected = { earliest: "2026-11-28T03:13:58Z", latest: "2026-11-28T03:14:02Z" };
  assert.equal(begin({ recordedFrom: corrected.earliest, captureTime: { ...stated, corrected } })?.at, "2026-11-28T03:14:00.000Z");
  const satellites = { clock: "SATELLITE", earliest: "2026-11-28T03:14:30Z", latest: "2026-11-28T03:15:02Z" };
  assert.deepEqual(begin({ recordedFrom: satellites.earliest, captureTime: satellites }), { at: satellites.earliest, within: null });
  const apart = { ...stated, latest: "2026-11-28T03:15:40Z" };
  assert.equal(
    begin({ recordedFrom, captureTime: apart })?.at,
    recordedFrom,
    "a time that is when it began or when it ended has no likely middle",
  );
  assert.equal(begin({ captureTime: { ...apart, latest: "2026-11-29T03:15:00Z" } }), null);
});
test("a place in a recording is typed as a clock shows it", () => {
  assert.equal(seconds("1:02:03"), 3723);
  assert.equal(seconds("2:03.5"), 123.5);
  assert.equal(seconds(" 90 "), 90);
  assert.equal(seconds("1：30"), 90);
  for (const text of ["", "x", "1:2:3:4", "-1", "1:", "1e3"]) assert.equal(seconds(text), null, text);
});
test("containers and codecs have the names that people know", () => {
  const named = (name, value) => readable({ name, value });
  assert.equal(named("container", "mov,mp4,m4a,3gp,3g2,mj2"), "MP4 / MOV");
  assert.equal(named("container", "avi"), "AVI");
  assert.equal(named("container", "constructor,x"), "CONSTRUCTOR");
  assert.equal(named("videoCodec", "hevc"), "H.265 (HEVC)");
  assert.equal(named("audioCodec", "aac"), "AAC");
});
