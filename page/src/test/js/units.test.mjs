// Units as a tree, and tables that people bring.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { forgetNames } from "../../main/resources/org/liuhen/page/names.js";
import { cells, charsetOf, rowsOf } from "../../main/resources/org/liuhen/page/table.js";
import { prefix, showUnits, tree } from "../../main/resources/org/liuhen/page/units.js";
import { place, station } from "./dom.mjs";

const shape = codes => tree(codes).map(node => `${" ".repeat(node.depth)}${node.code}${node.leaf ? "" : "+"}`);
const settled = () => new Promise(done => setTimeout(done, 5));

test("the code of a unit begins those of the units below it; pairs of zeros at its end do not count", () => {
  assert.deepEqual(["110105", "110100", "110000", "1000", "0000", ""].map(prefix), ["110105", "1101", "11", "10", "", ""]);
  assert.deepEqual(shape(["110106", "11010501", "110105", "11", "11010502", "12", "1101050201"]), [
    "11+",
    " 110105+",
    "  11010501",
    "  11010502+",
    "   1101050201",
    " 110106",
    "12",
  ]);
  assert.deepEqual(shape(["110100", "110105", "1101"]), ["1101", "110100+", " 110105"], "two codes of one unit stand side by side");
  assert.deepEqual(shape(["", "11", ""]), ["", "11"], "no code is above no unit");
  assert.deepEqual(shape([]), []);
});
test("the figures of a unit include those of the units below it", async () => {
  here.language = "zh";
  here.person = { id: "1", unitCode: "110105", roles: [], acts: ["SEE_GAPS", "SEARCH"] };
  forgetNames();
  const day = (unitCode, items) => ({
    unitCode,
    day: "2026-11-26",
    items,
    in_time: items,
    categorised: 0,
    linked: 0,
    dispatches: 0,
    recorded: 0,
  });
  station({
    "/api/unit-names": {
      units: [
        { unitCode: "110105", unitName: "朝阳分局" },
        { unitCode: "11010502", unitName: "三里屯派出所" },
        { unitCode: "120000", unitName: "别处" },
      ],
    },
    "/api/units": { units: [day("11010501", 3), day("110105", 4), day("11010501", 2), day("", 1)] },
  });
  await showUnits(() => {});
  await settled();
  const marked = () =>
    place("detail")
      .all(e => e.className === "bad" && e.tagName === "P")
      .map(e => e.textContent);
  assert.deepEqual(marked(), []);
  const lines = place("detail")
    .all(e => e.tagName === "TR" && e.dataset.unit !== undefined)
    .map(line => [line.dataset.unit, line.children[1].textContent, line.children[0].textContent.includes("朝阳分局")]);
  assert.deepEqual(lines, [
    ["", "1", false],
    ["110105", "9", true],
    ["11010501", "5", false],
    ["11010502", "0", false],
  ]);
  station({
    "/api/unit-names": { units: [] },
    "/api/units": {
      units: [
        { ...day("110105", 4), altered: 2 },
        { ...day("", 1), altered: 1 },
      ],
    },
  });
  await showUnits(() => {});
  assert.match(marked().join(), /^其中 3 条接处警记录在检索库中被改动/);
});
test("a table of a spreadsheet is read whatever its letters, quotes and line ends are", async () => {
  assert.deepEqual(cells('a,b\r\n"x, ""y""",z\n\n , \n"two\nlines",'), [
    ["a", "b"],
    ['x, "y"', "z"],
    ["two\nlines", ""],
  ]);
  const gb = new Uint8Array([0xb5, 0xa5, 0xce, 0xbb]).buffer; // 单位 in GB 18030
  assert.equal(charsetOf(gb), "gb18030");
  assert.equal(charsetOf(new TextEncoder().encode("单位").buffer), "utf-8");
  const file = text => ({ arrayBuffer: async () => new TextEncoder().encode(text).buffer });
  const columns = { unitCode: ["unitCode", "单位代码"], unitName: ["unitName", "单位名称"] };
  assert.deepEqual(await rowsOf(file("\ufeff单位名称,单位代码\n朝阳分局,110105\n,110106\n"), columns), [
    { unitCode: "110105", unitName: "朝阳分局" },
    { unitCode: "110106", unitName: "" },
  ]);
  assert.equal(await rowsOf(file("x,y\n1,2\n"), columns), null);
});
test("the days of a period are typed one after the other, and asked for together", async () => {
  here.language = "zh";
  here.person = { id: "1", unitCode: "110105", roles: [], acts: ["SEE_GAPS", "SEARCH"] };
  forgetNames();
  station({ "/api/unit-names": { units: [] }, "/api/units": { units: [] } });
  await showUnits(() => {}, { period: "own", from: "2026-10-01", to: "2026-10-31" });
  await settled();
  const field = name => place("detail").all(e => e.id === `figures-${name}`)[0],
    [from, to] = [field("from"), field("to")],
    type = (input, value) => {
      input.onfocus();
      input.onkeydown({ key: "1" });
      input.value = value;
      input.onchange();
    };
  location.hash = "#/units";
  type(from, "2026-11-01");
  from.onblur({ relatedTarget: to });
  assert.equal(location.hash, "#/units", "the digits of the second day are not drawn away");
  type(to, "2026-11-26");
  to.onblur({ relatedTarget: null });
  assert.match(location.hash, /from=2026-11-01/);
  assert.match(location.hash, /to=2026-11-26/);
  location.hash = "";
});
