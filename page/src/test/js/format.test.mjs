import assert from "node:assert/strict";
import { test } from "node:test";
import {
  address,
  begin,
  box,
  dayInList,
  duration,
  frameSeconds,
  fullTime,
  isElsewhere,
  knowsZone,
  localDay,
  localTime,
  momentAt,
  position,
  readable,
  route,
  saidDay,
  saidTime,
  seconds,
  size,
  startOfDay,
  timeOfDay,
  writeFor,
  zoneInUse,
  zoneOffset,
} from "../../main/resources/org/liuhen/page/format.js";

const inZone = (zone, language = /** @type {"zh" | "en"} */ ("zh")) => writeFor({ language, zone });
test("a time is the site's: with hyphens in tables, as it is said in sentences, with its offset on paper", () => {
  const at = "2026-11-26T16:30:05.123456789Z";
  inZone("Asia/Shanghai");
  assert.deepEqual(
    [localTime, saidTime, fullTime, localDay, timeOfDay].map(write => write(at)),
    ["2026-11-27 00:30:05", "2026年11月27日 00:30:05", "2026年11月27日 00:30:05 UTC+08:00", "2026-11-27", "00:30:05"],
  );
  assert.deepEqual([dayInList("2026-01-05"), saidDay("2026-01-05"), zoneOffset()], ["2026-01-05", "2026年1月5日", "UTC+08:00"]);
  inZone("Asia/Shanghai", "en");
  assert.deepEqual(
    [localTime, saidTime, fullTime, localDay].map(write => write(at)),
    ["27 Nov 2026, 00:30:05", "27 Nov 2026, 00:30:05", "27 Nov 2026, 00:30:05 UTC+08:00", "2026-11-27"],
  );
  assert.deepEqual([dayInList("2026-01-05"), saidDay("2026-01-05")], ["5 Jan 2026", "5 Jan 2026"]);
  for (const [zone, full] of [
    ["Asia/Kathmandu", "26 Nov 2026, 22:15:05 UTC+05:45"],
    ["America/St_Johns", "26 Nov 2026, 13:00:05 UTC-03:30"],
    ["Pacific/Kiritimati", "27 Nov 2026, 06:30:05 UTC+14:00"],
    ["UTC", "26 Nov 2026, 16:30:05 UTC+00:00"],
  ]) {
    inZone(zone, "en");
    assert.equal(fullTime(at), full);
  }
  for (const write of [localTime, saidTime, fullTime])
    assert.deepEqual([write(undefined), write(null), write(""), write("yesterday")], ["", "", "", "yesterday"]);
});
test("an hour that comes twice is told apart, and so is a time of the other half of the year", () => {
  inZone("Europe/Berlin", "en");
  const [summer, winter] = [localTime("2026-10-25T00:30:00Z"), localTime("2026-10-25T01:30:00Z")];
  assert.notEqual(summer, winter);
  for (const one of [summer, winter]) assert.ok(one.startsWith("25 Oct 2026, 02:30:00"), one);
  assert.notEqual(timeOfDay("2026-10-25T00:30:00Z"), timeOfDay("2026-10-25T01:30:00Z"));
  assert.equal([summer, winter].filter(one => / UTC[+]0[12]:00$/.test(one)).length, 1, "the one that the foot of the page does not say");
});
test("a zone that this browser does not know is the browser's own, and the page can tell", () => {
  inZone("Mars/Olympus");
  assert.equal(zoneInUse(), Intl.DateTimeFormat().resolvedOptions().timeZone);
  assert.deepEqual(["Mars/Olympus", "", "Asia/Shanghai"].map(knowsZone), [false, false, true]);
  assert.equal(localTime("2026-11-26T16:30:05Z").length, 19);
  assert.equal(isElsewhere(), false);
  inZone(zoneInUse() === "Asia/Kathmandu" ? "Asia/Shanghai" : "Asia/Kathmandu");
  assert.equal(isElsewhere(), true);
});
test("a place in a recording is written as its player shows it", () => {
  assert.deepEqual([0, 12_999, 220_000, 3_599_999, 3_820_000].map(position), ["00:00", "00:12", "03:40", "59:59", "1:03:40"]);
});
test("a filter from the 26th to the 26th is that whole day at the site, whatever the browser's zone", () => {
  const before = process.env.TZ;
  for (const browser of ["America/New_York", "Pacific/Auckland"]) {
    process.env.TZ = browser;
    inZone("Asia/Shanghai");
    assert.equal(startOfDay("2026-11-26"), "2026-11-25T16:00:00.000Z");
    assert.equal(startOfDay("2026-11-26", 1), "2026-11-26T16:00:00.000Z");
    assert.equal(startOfDay("2026-12-31", 1), "2026-12-31T16:00:00.000Z");
  }
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
});
/** Zones with half hours, with summer time at midnight and elsewhere, in both hemispheres, and with days that were passed over. */
const ZONES = [
  "Asia/Shanghai",
  "Asia/Kathmandu",
  "Asia/Beirut",
  "Africa/Cairo",
  "America/Havana",
  "America/Sao_Paulo",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Europe/Berlin",
  "Pacific/Apia",
  "Pacific/Kwajalein",
  "Pacific/Chatham",
  "UTC",
];
test("a day begins where the one before it ends, in each zone", () => {
  const next = day => new Date(Date.parse(`${day}T00:00:00Z`) + 86400000).toISOString().slice(0, 10);
  let passedOver = 0,
    notAtMidnight = 0;
  for (const zone of ZONES) {
    inZone(zone);
    for (const [first, days] of /** @type {[string, number][]} */ ([
      ["1986-01-01", 366],
      ["1993-08-01", 40],
      ["2011-01-01", 366],
      ["2018-01-01", 366],
      ["2026-01-01", 366],
    ]))
      for (let day = first, n = 0; n < days; day = next(day), n++) {
        const start = startOfDay(day),
          second = millis => localDay(new Date(Date.parse(start) + millis).toISOString());
        assert.ok(second(-1000) < day && second(0) >= day, `${zone} ${day} ${start}`);
        assert.equal(startOfDay(day, 1), startOfDay(next(day)));
        assert.ok(start <= startOfDay(day, 1));
        if (second(0) > day) {
          passedOver++;
          assert.equal(start, startOfDay(day, 1), "nothing is on a day that there was not");
        } else if (!timeOfDay(start).startsWith("00:00:00")) notAtMidnight++;
      }
  }
  assert.ok(passedOver >= 2 && notAtMidnight >= 3, `${passedOver} ${notAtMidnight}: the zones have what is looked for`);
});
test("days that are odd begin as java.time has them", () => {
  for (const [zone, day, start] of [
    ["Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00.000Z"], // there was none
    ["Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00.000Z"],
    ["America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z"], // from 01:00
    ["America/Havana", "2026-11-01", "2026-11-01T04:00:00.000Z"], // midnight comes twice
    ["America/St_Johns", "2010-11-07", "2010-11-07T02:30:00.000Z"], // begins, goes back to the day before, begins again
  ]) {
    inZone(zone);
    assert.equal(startOfDay(day), start, `${zone} ${day}`);
  }
});
test("values are written for people", () => {
  inZone("Asia/Shanghai");
  assert.equal(readable({ name: "frameRate", value: "30000/1001" }), "29.97 fps");
  assert.equal(readable({ name: "frameRate", value: "25/1" }), "25 fps");
  assert.equal(readable({ name: "bitRate", value: "5370000", unit: "bit/s" }), "5.37 Mbit/s");
  assert.equal(readable({ name: "duration", value: "3723.4", unit: "seconds" }), "1:02:03");
  assert.equal(readable({ name: "width", value: "1920", unit: "px" }), "1920 px");
  assert.equal(readable({ name: "frameRate", value: "1/0" }), "1/0 fps");
  const stated = ["2026-11-28T02:15:00+0800", "2026-11-28T02:15:00+08:00"].map(value =>
    readable({ name: "timeClaim", value, unit: "offset" }),
  );
  assert.deepEqual(stated, ["2026年11月28日 02:15:00", "2026年11月28日 02:15:00"]);
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
