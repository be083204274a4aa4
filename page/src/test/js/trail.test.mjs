import assert from "node:assert/strict";
import { test } from "node:test";
import { grouped, kinds, lookers } from "../../main/resources/org/liuhen/page/trail.js";

const chain = (...types) =>
  types.map((type, index) => ({
    index,
    entry: {
      itemSequence: index,
      event: {
        eventType: type,
        context: { occurredAt: "2026-11-26T00:00:00Z", actor: { id: type === "downloaded" ? "110024" : "110023" } },
      },
    },
  }));
const names = groups => groups.map(g => [g.looks, g.entries.map(({ entry }) => entry.entry.event.eventType)]);

test("the newest comes first, and looks that follow on each other are one group", () => {
  const entries = chain("declared", "received", "viewed", "downloaded", "viewed", "sealed");
  const groups = grouped(entries, () => false);
  assert.deepEqual(names(groups), [
    [false, ["sealed"]],
    [true, ["viewed", "downloaded", "viewed"]],
    [false, ["received", "declared"]],
  ]);
  assert.deepEqual(lookers(groups[1]), [
    ["110023", 2],
    ["110024", 1],
  ]);
});
test("a faulty look is not folded, and no entry is lost", () => {
  const entries = chain("declared", "viewed", "viewed", "viewed");
  const groups = grouped(entries, at => at === 2);
  assert.deepEqual(
    groups.map(g => [g.looks, g.entries.map(e => e.at)]),
    [
      [true, [3]],
      [false, [2]],
      [true, [1]],
      [false, [0]],
    ],
  );
});
test("an entry that is missing is shown among the others", () => {
  const entries = [...chain("declared"), { index: 7 }];
  assert.equal(grouped(entries, () => false).flatMap(g => g.entries).length, 2);
  assert.deepEqual(kinds(entries), ["others"]);
  assert.deepEqual(kinds(chain("sealed", "viewed", "linkedToCase")), ["looks", "links", "storage"]);
});
