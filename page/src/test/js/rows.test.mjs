import assert from "node:assert/strict";
import { test } from "node:test";
import { layout, PAGE } from "../../main/resources/org/liuhen/page/rows.js";

test("a list of one page is as long as what came", () => {
  assert.deepEqual(layout(7, null), [{ begins: null, count: 7 }]);
  assert.deepEqual(layout(PAGE, { found: PAGE, pages: [] }), [{ begins: null, count: PAGE }]);
});
test("the pages of a list have all its rows together, each once", () => {
  for (const found of [PAGE + 1, 2 * PAGE - 1, 2 * PAGE, 2 * PAGE + 1, 100_000]) {
    const pages = Array.from({ length: Math.ceil(found / PAGE) - 1 }, (_, at) => `cursor-${at + 1}`);
    const laid = layout(PAGE, { found, pages });
    assert.equal(
      laid.reduce((sum, page) => sum + page.count, 0),
      found,
    );
    assert.ok(laid.every(page => page.count > 0 && page.count <= PAGE));
    assert.deepEqual(
      laid.map(page => page.begins),
      [null, ...pages],
    );
  }
});
