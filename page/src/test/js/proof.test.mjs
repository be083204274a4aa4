// What the code on a paper leads to: whether the published log has the entry, found out in the browser from public hashes.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { rootWith, showProof, tilePath } from "../../main/resources/org/liuhen/page/proof.js";
import { words } from "../../main/resources/org/liuhen/page/words.js";
import { place } from "./dom.mjs";

const root = new URL("../../../../", import.meta.url),
  event = new URL("custody/src/main/resources/org/liuhen/custody/event/", root),
  script = readFileSync(new URL("custody/src/main/resources/org/liuhen/custody/bag/verify.js", root), "utf8");
globalThis.Liuhen = new Function("STATES", "FORMS", `${script}\nreturn Liuhen;`)(
  JSON.parse(readFileSync(new URL("states.json", event), "utf8")),
  JSON.parse(readFileSync(new URL("docs/formats/entry.schema.json", root), "utf8")),
);
const hash = (...parts) => new Uint8Array(createHash("sha256").update(Buffer.concat(parts)).digest()),
  hex = bytes => Buffer.from(bytes).toString("hex");
/** A log of so many leaves: its hashes row by row, as RFC 9162, section 2.1.1 defines the tree. */
function log(size) {
  const rows = [Array.from({ length: size }, (_, i) => hash(Buffer.from([0]), Buffer.from(`entry ${i}`)))];
  while (rows.at(-1).length > 1)
    rows.push(
      Array.from({ length: Math.floor(rows.at(-1).length / 2) }, (_, i) =>
        hash(Buffer.from([1]), rows.at(-1)[2 * i], rows.at(-1)[2 * i + 1]),
      ),
    );
  const mth = (start, end) => {
    if (end - start === 1) return rows[0][start];
    let left = 1;
    while (left * 2 < end - start) left *= 2;
    return hash(Buffer.from([1]), mth(start, start + left), mth(start + left, end));
  };
  return {
    leaves: rows[0],
    root: mth(0, size),
    tile: async (level, number, width) => {
      const all = rows[8 * level].slice(256 * number, 256 * number + width);
      assert.ok(width > 0 && all.length === width, `no tile ${level} ${number} has ${width} hashes`);
      return new Uint8Array(Buffer.concat(all));
    },
  };
}
test("tiles have the addresses of C2SP tlog-tiles", () => {
  assert.equal(tilePath(0, 0, 256), "tile/0/000");
  assert.equal(tilePath(2, 1234067, 256), "tile/2/x001/x234/067");
  assert.equal(tilePath(1, 1000, 17), "tile/1/x001/000.p/17");
});
test("an entry that the log has leads to its root, and another hash or place does not", async () => {
  for (const size of [1, 2, 3, 7, 255, 256, 257, 511, 513, 700, 66_001]) {
    const one = log(size),
      places = new Set([0, size - 1, Math.floor(size / 2), Math.min(size - 1, 255), Math.min(size - 1, 256)]);
    for (const at of places) {
      assert.equal(hex(await rootWith(one.leaves[at], at, size, one.tile)), hex(one.root), `${at} of ${size}`);
      assert.notEqual(hex(await rootWith(hash(Buffer.from("forged")), at, size, one.tile)), hex(one.root));
      if (size > 1) assert.notEqual(hex(await rootWith(one.leaves[at], (at + 1) % size, size, one.tile)), hex(one.root));
    }
  }
});
/** A station that publishes this log, whose head nobody trusted signs. */
function publishes(one, size, without = "") {
  const asked = /** @type {string[]} */ ([]),
    head = `liuhen.org/log/site-1\n${size}\n${Buffer.from(one.root).toString("base64")}\n\n— liuhen.org/log/site-1 ${Buffer.alloc(68).toString("base64")}\n`;
  Object.assign(globalThis, {
    fetch: async path => {
      asked.push(path);
      const [, level, number, , width] = /^\/log\/site-1\/tile\/(\d)\/(\d{3})(\.p\/(\d+))?$/.exec(path) || [];
      if (path === "/log/site-1/checkpoint") return new Response(head);
      if (!level || path.endsWith(without || "nothing")) return new Response("", { status: 404 });
      const tile = await one.tile(Number(level), Number(number), Number(width || 256)).catch(() => null);
      return new Response(tile, { status: tile ? 200 : 404 });
    },
  });
  return asked;
}
const said = () => place("detail").all(e => e.id === "proof")[0].textContent;
test("a paper is checked without signing in, and the page says what that proves", async () => {
  here.person = null;
  const size = 300,
    one = log(size),
    paper = { log: "site-1", entry: "270", leaf: hex(one.leaves[270]), item: "01jdb3kz0r0000000000000000" };
  for (here.language of /** @type {("zh" | "en")[]} */ (["zh", "en"])) {
    const t = words[here.language].proof,
      asked = publishes(one, size);
    await showProof(paper);
    assert.ok(said().includes(t.is("270")) && said().includes(t.unproved), said());
    assert.ok(
      asked.every(path => path.startsWith("/log/site-1/")),
      "nothing that needs a sign-in is asked for",
    );
    const links = place("detail").all(e => e.tagName === "A");
    assert.deepEqual(
      links.map(a => a.href),
      [`/guides/prosecutors.${here.language}`, "#/item/01jdb3kz0r0000000000000000?entry=270"],
    );
    await showProof({ ...paper, leaf: hex(one.leaves[269]) });
    assert.ok(said().includes(t.isNot("270")) && !said().includes(t.is("270")), said());
    await showProof({ ...paper, entry: "300" });
    assert.ok(said().includes(t.noHead("300")), said());
    publishes(one, size, ".p/44");
    await showProof({ ...paper, entry: "3" });
    assert.ok(said().includes(t.tile), said());
  }
});
test("a policy without a key that signed the head trusts nothing", async () => {
  here.language = "zh";
  const one = log(3);
  publishes(one, 3);
  await showProof({ log: "site-1", entry: "1", leaf: hex(one.leaves[1]) });
  const detail = place("detail");
  detail.all(e => e.tagName === "TEXTAREA")[0].value = "quorum none";
  await detail.all(e => e.textContent === words.zh.proof.again && e.tagName === "BUTTON")[0].onclick();
  assert.ok(said().includes(words.zh.proof.untrusted), said());
});
test("an address that names no entry asks the log nothing, and still compares files", async () => {
  const asked = publishes(log(1), 1);
  for (const paper of [
    {},
    { case: "A-7" },
    { log: "site-1", entry: "x", leaf: "0".repeat(64) },
    { log: "site-1", entry: "0", leaf: "<img>" },
  ]) {
    await showProof(paper);
    assert.ok(place("detail").all(e => e.id === "fileToCompare").length === 1 && !place("detail").all(e => e.id === "proof").length);
  }
  assert.deepEqual(asked, []);
});
