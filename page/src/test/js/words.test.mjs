// Both languages say the same things, each thing that is said is asked for, and each that is asked for is said.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { ALL_KINDS } from "../../main/resources/org/liuhen/page/trail.js";
import { words } from "../../main/resources/org/liuhen/page/words.js";

const folder = new URL("../../main/resources/org/liuhen/page/", import.meta.url),
  root = new URL("../../../../", import.meta.url);
const source = readdirSync(folder)
  .filter(name => /\.(js|html)$/.test(name) && !["words.js", "tus.js"].includes(name))
  .map(name => readFileSync(new URL(name, folder), "utf8"))
  .join("\n");
function keys(of, path = "") {
  return Object.entries(of)
    .flatMap(([key, value]) => (value && typeof value === "object" ? keys(value, `${path}${key}.`) : [`${path}${key}`]))
    .sort();
}
test("both languages have the same keys", () => assert.deepEqual(keys(words.zh), keys(words.en)));

test("no key is missing, and none is unused", () => {
  const used = new Set([...source.matchAll(/\bt\(\)\.(\w+)/g), ...source.matchAll(/data-[tlp]="(\w+)"/g)].map(m => m[1]));
  for (const key of ["case", "from", "to", "place", "text"]) used.add(key); // list.js: the fields of the search, by name
  assert.deepEqual(
    [...used].filter(key => !(key in words.zh)),
    [],
    "missing",
  );
  assert.deepEqual(
    Object.keys(words.zh).filter(key => !used.has(key)),
    [],
    "unused",
  );
});
test("each event of the record has a name", () => {
  const states = JSON.parse(readFileSync(new URL("custody/src/main/resources/org/liuhen/custody/event/states.json", root), "utf8"));
  const events = [...JSON.stringify(states).matchAll(/"event(?:Type)?":"(\w+)"/g)].map(m => m[1]);
  assert.deepEqual(
    events.filter(event => !words.zh.event[event]),
    [],
  );
});
test("each event can be asked for in the log, by its kind", () => {
  const offered = Object.values(ALL_KINDS).flat();
  assert.deepEqual(
    Object.keys(words.zh.event).filter(event => !offered.includes(event)),
    [],
  );
  assert.deepEqual(
    Object.keys(ALL_KINDS).filter(kind => !words.zh.entryKind[kind]),
    [],
  );
});
test("each event says what it proves", () => {
  for (const of of [words.zh, words.en])
    assert.deepEqual(
      Object.keys(of.event).filter(event => !(of.means[event]?.length > 4)),
      [],
    );
});
test("Chinese is Chinese: no sentence was left in English", () => {
  const texts = of =>
    Object.entries(of).flatMap(([key, value]) =>
      typeof value === "string" ? [[key, value]] : value && typeof value === "object" ? texts(value) : [],
    );
  assert.deepEqual(
    texts(words.zh)
      .filter(([, text]) => text && !/\p{Script=Han}/u.test(text))
      .map(([key, text]) => `${key}: ${text}`),
    ["digest: SHA-256", "bits per second: bit/s"],
  );
});
/** Words that docs/terms.md gives up for others; 见证人 is a person who is there when data is collected. */
const GIVEN_UP = ["冻结", "摘要", "散列", "移交", "见证人", "收件箱", "日志状态", "仅留记录", "随机抽取"];
test("no text has a word that the terms give up", () => {
  const texts = [
    "page/src/main/resources/org/liuhen/page/words.js",
    "page/src/main/resources/org/liuhen/page/recorded.js",
    "page/src/main/resources/org/liuhen/page/titles.js",
    "custody/src/main/resources/org/liuhen/custody/bag/verify.html",
    "custody/src/main/java/org/liuhen/custody/bag/Summary.java",
    "web/src/main/resources/org/liuhen/web/Titles_zh.properties",
    ...["administrators", "officers", "prosecutors", "supervisors"].map(reader => `docs/users/${reader}.zh.md`),
  ];
  const found = texts.flatMap(name => {
    const text = readFileSync(new URL(name, root), "utf8").replace(/ {6}extraction: \{[\s\S]*?\n {6}\},/, ""); // the form that 见证人 sign
    return GIVEN_UP.filter(word => text.includes(word)).map(word => `${name}: ${word}`);
  });
  assert.deepEqual(found, []);
});
test("views, acts and states have the words that were agreed on", () => {
  const { zh, en } = words;
  assert.deepEqual([zh.view[""], zh.view.gaps, zh.view.record, zh.view.handovers], ["待办", "应录未录", "系统与日志", "移送"]);
  assert.deepEqual([zh.event.disposed, zh.event.exported, zh.reviewReasons.RANDOM], ["已销毁（留存记录）", "出具证据包", "随机抽查"]);
  assert.match(zh.hashing, /哈希值/);
  assert.deepEqual([en.acts, en.tick], ["Actions", "Select"]);
  assert.match(en.unproved, /nobody’s identity is checked/);
  for (const { unproved } of [zh, en]) assert.doesNotMatch(unproved, /--|claimed/, "words of the command line stand one click deeper");
  const english = JSON.stringify(en);
  for (const word of ["(is recorded)", "who he says he is", '"Acts"', '"Tick"']) assert.ok(!english.includes(word), word);
  for (const look of [en.download, en.play, en.showPreview, en.showTrack]) assert.match(look, /\(logged\)/);
});
test("each category, and each fault of a chain, has words", () => {
  const enumerated = (file, pattern) => [...readFileSync(new URL(file, root), "utf8").matchAll(pattern)].map(m => m[1]);
  const categories = enumerated("review/src/main/java/org/liuhen/review/api/RetentionCategory.java", /^ {4}([A-Z_]+)\(/gm);
  assert.deepEqual(Object.keys(words.zh.categories), categories);
  const faults = new Map(
    [
      ...readFileSync(new URL("custody/src/main/java/org/liuhen/custody/verify/Fault.java", root), "utf8").matchAll(
        /record (\w+)\(.*?"(VF-\d+)"/gs,
      ),
    ].map(m => [m[1], m[2]]),
  );
  const found = enumerated("review/src/main/java/org/liuhen/review/audit/CustodyChain.java", /new Fault\.(\w+)\(/g);
  assert.ok(found.length > 5, `${found}`);
  assert.deepEqual(
    found.filter(name => !words.zh.fault[faults.get(name) || ""]),
    [],
  );
});
test("each trouble that a station reports has words", () => {
  const health = ["Health", "FeedLag"]
    .map(name => readFileSync(new URL(`station/src/main/java/org/liuhen/station/${name}.java`, root), "utf8"))
    .join("\n");
  const troubles = [...health.matchAll(/problems\.put\(\s*"(\w+)"/g)].map(m => m[1]);
  assert.ok(troubles.length > 10, `${troubles}`);
  for (const of of [words.zh, words.en])
    assert.deepEqual(
      troubles.filter(trouble => !of.parts[trouble] && !of.problems[trouble]),
      [],
    );
});
test("what both pages call an event is the same", () => {
  const verifier = readFileSync(new URL("custody/src/main/resources/org/liuhen/custody/bag/verify.html", root), "utf8");
  const named = [...verifier.matchAll(/\b([a-z]+[A-Z]?\w*): "([^"]*[\u4e00-\u9fff][^"]*)"/g)].filter(([, event]) => words.zh.event[event]);
  assert.ok(named.length > 20, `${named.length}`);
  assert.deepEqual(
    named.filter(([, event, name]) => words.zh.event[event] !== name).map(([, event, name]) => `${event}: ${name}`),
    [],
  );
});
test("what a list can be ordered by is what the station knows", () => {
  const known = readFileSync(new URL("review/src/main/java/org/liuhen/review/model/ItemOrder.java", root), "utf8").match(
    /^ {8}[A-Z]+(?=\()/gm,
  );
  assert.deepEqual(Object.keys(words.zh.order).sort(), (known || []).map(key => key.trim().toLowerCase()).sort());
});
test("each role has a word, and each view of the navigation", () => {
  const roles = readFileSync(new URL("access/src/main/java/org/liuhen/access/Role.java", root), "utf8"),
    page = readFileSync(new URL("page.js", folder), "utf8"),
    views = page.slice(page.indexOf("const VIEWS = {"), page.indexOf("};", page.indexOf("const VIEWS = {")));
  const names = [...roles.matchAll(/^ {4}([A-Z_]+)\(/gm)].map(m => m[1].toLowerCase().replaceAll("_", "-"));
  assert.ok(names.length === 8, names.join(" "));
  assert.deepEqual(
    names.filter(role => !words.zh.role[role]),
    [],
  );
  const keys = [...views.matchAll(/^ {2}(?:"")?(\w*): \[/gm)].map(m => m[1]);
  assert.ok(keys.includes("") && keys.includes("devices"), keys.join(" "));
  assert.deepEqual(
    keys.filter(view => !words.zh.view[view]),
    [],
  );
});
test("each event of the record has a row in the format of the log, and each of an item a name in the page that is sent along", () => {
  const states = readFileSync(new URL("custody/src/main/resources/org/liuhen/custody/event/states.json", root), "utf8"),
    log = readFileSync(new URL("docs/formats/log.md", root), "utf8"),
    verify = readFileSync(new URL("custody/src/main/resources/org/liuhen/custody/bag/verify.html", root), "utf8"),
    ofLog =
      /^(device|person|admi|roleChange|rolesChanged|credentialReset|password|secondFactor|unitNamed|signedIn|searched|signingKey|case)/;
  const events = [...new Set([...states.matchAll(/"event":\s*"(\w+)"/g)].map(m => m[1]))];
  assert.ok(events.length > 50);
  assert.deepEqual(
    events.filter(event => !log.includes(`\`${event}\``)),
    [],
  );
  assert.deepEqual(
    events.filter(event => !ofLog.test(event) && !new RegExp(`\\b${event}:`).test(verify)),
    [],
  );
});
test("no handler of an event gives false by accident, which would keep the browser from what the event does", () => {
  const handler =
    /\bon(?:key|click|submit|pointer|mouse|drag|drop|paste|before|wheel|context|touch)\w*(?: =|:) \(?\w*\)? => (?!\{)([^\n]*)/g;
  const accidents = text =>
    [...text.matchAll(handler)]
      .map(([line, body]) => {
        let outer = body;
        for (let before = ""; before !== outer; outer = outer.replace(/\([^()]*\)/g, "")) before = outer;
        return /&&|[<>]|[!=]==/.test(outer) && line;
      })
      .filter(Boolean);
  assert.equal(accidents('input.onkeydown = event => event.key === "Enter" && take();').length, 1);
  assert.equal(accidents('button.onclick = () => turn(input.type === "password");').length, 0);
  assert.deepEqual(accidents(source), []);
});
