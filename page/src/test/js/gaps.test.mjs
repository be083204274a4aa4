import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";

import { here } from "../../main/resources/org/liuhen/page/core.js";
import { wrongTable } from "../../main/resources/org/liuhen/page/devices.js";

test("a table of dispatch records that is refused says the line, and what belongs there", () => {
  const refused = why => wrongTable({ code: "RV-118", message: "", detail: `Record 3: ${why}. None of this request was taken` });
  here.language = "zh";
  const time = "dispatchedAt is a time with its zone (RFC 3339), such as 2026-11-25T08:00:00+08:00; got 2026/11/27 01:00";
  assert.equal(refused(time), "第 4 行不符，整表未导入：dispatchedAt 须写明日期、时间和时区，如 2026-11-25T08:00:00+08:00 (RV-118)");
  assert.equal(refused("A dispatch record has no member unit; it has unitCode"), "第 4 行不符，整表未导入：没有 unit 这一列 (RV-118)");
  assert.equal(
    refused("incidentNo is missing: the number of the incident report"),
    "第 4 行不符，整表未导入：缺警情编号（incidentNo） (RV-118)",
  );
  assert.equal(wrongTable({ message: "不是警情记录", detail: "The body is empty" }), "不是警情记录");
});
