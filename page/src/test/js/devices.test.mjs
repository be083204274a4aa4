import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";

import { here } from "../../main/resources/org/liuhen/page/core.js";
import { showDevices } from "../../main/resources/org/liuhen/page/devices.js";
import { place, station } from "./dom.mjs";

const device = (serial, more = {}) => ({
  serial,
  kind: "dock",
  unitCode: null,
  officerNo: null,
  state: "enrolled",
  certificates: [{ sha256: "00", notAfter: "2099-01-01T00:00:00Z" }],
  ...more,
});
test("a device says when it was seen, its version and its space, and is marked where that is long ago or little", async () => {
  here.person = { id: "1", roles: [], acts: ["MANAGE_DEVICES"] };
  const told = { at: "2026-11-29T16:00:00Z", version: "<b>1.2</b>", freeBytes: 3 * 2 ** 30, lowSpace: true };
  station({
    "/api/devices": {
      unseenDays: 7,
      freeBytesMin: 10 * 2 ** 30,
      devices: [
        device("NEVER", { unseen: true }),
        device("OLD", { seenAt: "2026-11-20T16:00:00Z", unseen: true }),
        device("DOCK", { seenAt: "2026-11-29T16:00:00Z", unseen: false, told }),
        device("IN-A-DOCK", { certificates: [], state: "added", kind: "camera" }),
        device("NEW-DOCK", { certificates: [], state: "added" }),
      ],
    },
  });
  const lines = () =>
    place("detail")
      .all(e => e.className === "small seen")
      .map(e => e.textContent);
  const marked = () =>
    place("detail")
      .all(e => e.className === "bad")
      .map(e => e.textContent);
  here.language = "zh";
  await showDevices(() => {});
  assert.equal(lines().length, 5);
  assert.match(lines()[0], /^尚无连接记录$/);
  assert.match(lines()[1], /^最近连接 .+ · 超过 7 天未连接 · 程序版本：未上报 · 剩余空间：未上报$/);
  assert.match(lines()[2], /^最近连接 .+ · 程序版本 <b>1\.2<\/b> · 剩余空间 3\.00 GiB · 剩余空间不足$/);
  assert.match(lines()[3], /^没有自己的证书/);
  assert.equal(lines()[4], "");
  assert.deepEqual(marked(), ["尚无连接记录", "超过 7 天未连接", "剩余空间不足"]);
  here.language = "en";
  await showDevices(() => {});
  assert.match(lines()[1], /not seen for more than 7 days · version: not told · free space: not told$/);
  assert.match(lines()[2], /version <b>1\.2<\/b> · 3\.00 GiB free · little space$/);
});
