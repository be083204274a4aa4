// What the code on a paper leads to: whether the published log has the entry, found out in the browser from public hashes.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
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
test("a code that cannot be read says so in red; a case list says that only files are compared", async () => {
  const leaf = "0a".repeat(32),
    banner = () => place("detail").all(e => e.className.startsWith("banner"))[0];
  for (here.language of /** @type {("zh" | "en")[]} */ (["zh", "en"])) {
    for (const paper of [
      {},
      { item: "01jdb3kz0r0000000000000000" },
      { log: "site-1", entry: "x", leaf },
      { log: "site-1", entry: "0", leaf: leaf.toUpperCase() },
      { log: "site-1", entry: "0", leaf: leaf.slice(2) },
      { log: "site-1", leaf },
      { entry: "0", leaf },
      { case: "A-7", entry: "0" },
    ]) {
      await showProof(paper);
      assert.deepEqual(
        [banner().className, banner().textContent],
        ["banner bad", words[here.language].proof.unreadable],
        JSON.stringify(paper),
      );
    }
    await showProof({ case: "A-7" });
    assert.deepEqual([banner().className, banner().textContent], ["banner", words[here.language].proof.listOnly]);
  }
});
/** A key (C2SP signed-note) and its signature of a head: of a log, or of a witness that has not signed it. */
function signer(name, algorithm = 1) {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519"),
    raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32),
    typed = Buffer.concat([Buffer.from([algorithm]), raw]),
    id = Buffer.from(hash(Buffer.from(`${name}\n`), typed)).subarray(0, 4);
  return {
    text: `${name}+${id.toString("hex")}+${typed.toString("base64")}`,
    line: body => `— ${name} ${Buffer.concat([id, sign(null, Buffer.from(body), privateKey)]).toString("base64")}\n`,
  };
}
const ORIGIN = "liuhen.org/log/site-1";
/** Answers the questions for files of a log of so many entries, whose heads are these texts; a number stands for an answer with that status. */
function serves(one, files) {
  globalThis.fetch = async path => {
    const name = String(path).replace("/log/site-1/", ""),
      [, level, number, , width] = /^tile\/(\d)\/(\d{3})(\.p\/(\d+))?$/.exec(name) || [];
    if (level) return new Response(await one.tile(Number(level), Number(number), Number(width || 256)));
    if (files[name] instanceof Error) throw files[name];
    if (typeof files[name] === "number") return new Response("<html>", { status: files[name] });
    return new Response(files[name] || "", { status: files[name] ? 200 : 404 });
  };
}
const head = (one, size) => `${ORIGIN}\n${size}\n${Buffer.from(one.root).toString("base64")}\n`,
  detail = () => place("detail"),
  button = () => detail().all(e => e.textContent === words[here.language].proof.again && e.tagName === "BUTTON")[0],
  keys = () => detail().all(e => e.tagName === "TEXTAREA")[0],
  shown = () => detail().all(e => e.className.startsWith("banner"))[0].className;
test("an entry that witnesses have not seen yet is no alarm; one that they should have seen is", async () => {
  const one = log(3),
    log1 = signer(ORIGIN),
    witness = signer("witness.example/w", 4),
    signed = `${head(one, 3)}\n${log1.line(head(one, 3))}`,
    policy = `log ${log1.text}\nwitness w ${witness.text}\nquorum w`,
    paper = { log: "site-1", entry: "2", leaf: hex(one.leaves[2]) };
  for (here.language of /** @type {("zh" | "en")[]} */ (["zh", "en"])) {
    const t = words[here.language].proof;
    serves(one, { checkpoint: signed });
    await showProof(paper);
    assert.ok(said().includes(t.hashOnly), "what was not checked stands under the green line");
    keys().value = policy;
    await button().onclick();
    assert.deepEqual([said().includes(t.notWitnessed("2")), shown()], [true, "banner "], said());
    keys().value = `log ${log1.text}\nquorum none`;
    await button().onclick();
    assert.deepEqual([said().includes(t.is("2")), shown()], [true, "banner good"], said());
    serves(one, { "checkpoint.witnessed": signed, checkpoint: signed });
    keys().value = policy;
    await button().onclick();
    assert.deepEqual([said().includes(t.untrusted), shown()], [true, "banner bad"], said());
    await showProof({ ...paper, leaf: hex(one.leaves[1]) });
    assert.ok(!said().includes(t.hashOnly));
  }
});
test("a head that cannot be read hides no other one, and keys that cannot be read are said to be so", async () => {
  const one = log(3),
    signed = `${head(one, 3)}\n${signer(ORIGIN).line(head(one, 3))}`,
    paper = { log: "site-1", entry: "2", leaf: hex(one.leaves[2]) },
    t = words.zh.proof;
  here.language = "zh";
  serves(one, { "checkpoint.witnessed": "no head\n", checkpoint: signed });
  await showProof(paper);
  assert.ok(said().includes(t.is("2")), said());
  keys().value = "log x";
  await button().onclick();
  assert.ok(said().startsWith(t.badPolicy), said());
  serves(one, { checkpoint: "no head\n" });
  await showProof(paper);
  assert.ok(said().startsWith(t.badHead), said());
});
test("only 404 means that it is not there", async () => {
  const paper = { log: "site-1", entry: "2", leaf: "0a".repeat(32) };
  for (here.language of /** @type {("zh" | "en")[]} */ (["zh", "en"])) {
    const t = words[here.language];
    for (const [answer, says] of /** @type {[any, string][]} */ ([
      [404, t.proof.noHead("2")],
      [503, t.badAnswer(503)],
      [429, t.badAnswer(429)],
      [new TypeError("fetch failed"), t.noAnswer],
    ])) {
      serves(log(3), { checkpoint: answer });
      await showProof(paper);
      assert.equal(said(), says);
    }
  }
});
test("the check that was asked for last is the one that is told", async () => {
  here.language = "zh";
  const one = log(3),
    signed = `${head(one, 3)}\n${signer(ORIGIN).line(head(one, 3))}`,
    paper = { log: "site-1", entry: "2", leaf: hex(one.leaves[2]) };
  serves(one, { checkpoint: signed });
  await showProof(paper);
  const answers = globalThis.fetch,
    first = { answer: () => {} };
  globalThis.fetch = path =>
    new Promise(done => {
      const now = () => answers(path).then(done);
      if (first.answer.name === "now") now();
      else first.answer = now;
    });
  const earlier = button().onclick();
  assert.deepEqual([said(), button().disabled], [words.zh.busy, true]);
  keys().value = "quorum none";
  const later = button().onclick();
  await later;
  first.answer();
  await earlier;
  assert.ok(said().includes(words.zh.proof.untrusted), said());
  assert.equal(button().disabled, false);
});
test("keys that were pasted stay when the language is switched, for the same log", async () => {
  const one = log(3),
    paper = { log: "site-1", entry: "2", leaf: hex(one.leaves[2]) };
  serves(one, { checkpoint: `${head(one, 3)}\n${signer(ORIGIN).line(head(one, 3))}` });
  here.language = "zh";
  await showProof(paper);
  keys().value = "quorum none";
  keys().oninput();
  here.language = "en";
  await showProof(paper);
  assert.equal(keys().value, "quorum none");
  assert.ok(said().includes(words.en.proof.untrusted), "and are used");
  await showProof({ ...paper, log: "site-2" });
  assert.equal(keys().value, "");
  keys().oninput();
});
test("of the files that are chosen, the last one is named beside its digest; none is no error", async () => {
  here.language = "zh";
  await showProof({ case: "A-7" });
  const [input] = detail().all(e => e.id === "fileToCompare"),
    compared = () => detail().all(e => e.id === "compared")[0],
    pieces = /** @type {(() => void)[]} */ ([]),
    slow = (name, text) => ({
      name,
      size: text.length,
      slice: () => ({ arrayBuffer: () => new Promise(done => pieces.push(() => done(new TextEncoder().encode(text).buffer))) }),
    });
  input.files = [slow("a.mp4", "first")];
  const first = input.onchange();
  assert.equal(compared().all(e => e.tagName === "PROGRESS").length, 1);
  input.files = [slow("b.mp4", "second")];
  const second = input.onchange();
  pieces[1]();
  await second;
  pieces[0]();
  await first;
  const sha256 = createHash("sha256").update("second").digest("hex");
  assert.equal(compared().textContent, `b.mp4 · 6 B · SHA-256 ${sha256}`);
  input.files = [];
  await input.onchange();
  assert.equal(compared().textContent, "");
});
