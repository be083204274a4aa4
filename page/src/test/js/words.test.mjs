// Both languages say the same things, each thing that is said is asked for, and each that is asked for is said.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
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
  for (const key of ["case", "from", "to", "place"]) used.add(key); // list.js: the fields of the search, by name
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
