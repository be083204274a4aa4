import assert from "node:assert/strict";
import { test } from "node:test";
import { localDay, writeFor } from "../../main/resources/org/liuhen/page/format.js";
import { dayOf, days, grouped, kinds, lookers, people, ways } from "../../main/resources/org/liuhen/page/trail.js";
import { words } from "../../main/resources/org/liuhen/page/words.js";

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
test("a session of playing is one look, also where its beginning or its end stands alone", () => {
  const play = (eventType, playId) => {
    const [entry] = chain(eventType);
    return { entry: { ...entry, entry: { ...entry.entry, event: { ...entry.entry.event, playId } } }, at: 0 };
  };
  const ids = entries =>
      new Set(entries.flatMap(({ entry: { entry } }) => (entry.event.eventType === "playOpened" ? [entry.event.playId] : []))),
    sum = group => lookers(group).reduce((all, [, n]) => all + n, 0),
    count = (...entries) => sum({ looks: true, entries, begun: ids(entries) });
  assert.equal(count(play("played", "a"), play("playOpened", "a")), 1);
  assert.equal(count(play("played", "a"), play("playOpened", "b")), 2);
  assert.equal(count(play("played", "a"), play("played", "b"), play("playOpened", "b"), play("playOpened", "c")), 3);
  const apart = chain("viewed", "playOpened", "noteAdded", "viewed", "played");
  for (const at of [1, 4]) apart[at].entry.event.playId = "a";
  assert.deepEqual(grouped(apart, () => false).map(sum), [1, 1, 2], "it counts where it begins");
  assert.deepEqual(names(grouped(chain("sealed", "playOpened", "played"), () => false)), [
    [true, ["played", "playOpened"]],
    [false, ["sealed"]],
  ]);
});
test("what a fold holds is named: no download hides among views", () => {
  const group = {
    looks: true,
    entries: chain("viewed", "downloaded", "playOpened", "played", "viewed").map((entry, at) => ({ entry, at })),
    begun: new Set([undefined]),
  };
  assert.deepEqual(ways(group), [
    ["viewed", 2],
    ["played", 1],
    ["downloaded", 1],
  ]);
  assert.equal(
    ways(group).reduce((sum, [, n]) => sum + n, 0),
    lookers(group).reduce((sum, [, n]) => sum + n, 0),
  );
  const said = Object.values(words).map(t => t.looked(t.listed(ways(group).map(([way, n]) => t.looks[way](n)))));
  assert.deepEqual(said, ["查看 2 次、播放 1 次、下载 1 次：", "2 views, 1 play, 1 download: "]);
});
test("people and days of a chain can be chosen", () => {
  writeFor({ language: "zh", zone: "Asia/Shanghai" });
  const day = localDay,
    entries = [...chain("viewed", "downloaded", "viewed"), { index: 9 }];
  entries[2].entry.event.context.occurredAt = "2026-11-26T16:30:00Z";
  assert.deepEqual(people(entries), ["110023", "110024"]);
  assert.deepEqual(days(entries, day), ["2026-11-27", "2026-11-26"]);
  assert.equal(dayOf(entries[3], day), "");
});
