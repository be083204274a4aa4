#!/usr/bin/env node
// Recomputes the root of a site's log from its published entries and compares it with the signed checkpoint.
// It shares no code with Liuhen: it is written after RFC 6962 §2.1 and C2SP tlog-tiles, tlog-checkpoint and signed-note,
// with nothing but Node's standard library.
//
//   node log-root.mjs http://127.0.0.1:8480/log/site-1 "$(cat data/keys/site-1.vkey)"
//   node log-root.mjs data/vault/custody/site-1       "$(cat data/keys/site-1.vkey)"
// Where the page asks for sign-in, LIUHEN_TOKEN holds an auditor's token.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const [base, vkey] = process.argv.slice(2);
if (!vkey) {
  console.error("usage: node log-root.mjs LOG-URL-OR-FOLDER VERIFIER-KEY");
  process.exit(2);
}
const read = async path => {
  if (!base.startsWith("http")) return readFile(join(base, path));
  const answer = await fetch(`${base}/${path}`, process.env.LIUHEN_TOKEN ? { headers: { authorization: `Bearer ${process.env.LIUHEN_TOKEN}` } } : {});
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
};
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const leafHash = entry => sha256(Buffer.from([0]), entry);
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);

/** RFC 6962 §2.1: split at the largest power of two below the number of leaves. */
function root(leaves, from = 0, to = leaves.length) {
  if (to - from === 0) return sha256();
  if (to - from === 1) return leaves[from];
  let split = 1;
  while (split * 2 < to - from) split *= 2;
  return nodeHash(root(leaves, from, from + split), root(leaves, from + split, to));
}

/** tlog-tiles: 1234067 is x001/x234/067, and a tile that is not full ends with .p/ and its width. */
function path(prefix, index, width) {
  const groups = String(index).padStart(Math.ceil(String(index).length / 3) * 3, "0").match(/.{3}/g);
  return prefix + groups.map((group, i) => (i < groups.length - 1 ? "x" : "") + group).join("/") + (width < 256 ? `.p/${width}` : "");
}

// The signed note: text, an empty line, "— name base64(key hash || signature)".
const note = (await read("checkpoint")).toString("utf8");
const [text, signatures] = [note.slice(0, note.lastIndexOf("\n\n") + 1), note.slice(note.lastIndexOf("\n\n") + 2)];
const [name, keyHash, keyText] = [vkey.trim().split("+")[0], vkey.trim().split("+")[1], vkey.trim().split("+").slice(2).join("+")];
const key = Buffer.from(keyText, "base64");
const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), key.subarray(1)]);
const signed = signatures.split("\n").filter(line => line.startsWith(`— ${name} `)).map(line => Buffer.from(line.split(" ")[2], "base64"));
const good = signed.some(bytes => bytes.subarray(0, 4).toString("hex") === keyHash
  && verify(null, Buffer.from(text), createPublicKey({ key: spki, format: "der", type: "spki" }), bytes.subarray(4)));
const [origin, sizeText, rootText] = text.split("\n");
const size = Number(sizeText);

const leaves = [];
let tilesAgree = true;
for (let index = 0; index * 256 < size; index++) {
  const width = Math.min(256, size - index * 256);
  const bundle = await read(path("tile/entries/", index, width));
  const tile = await read(path("tile/0/", index, width));
  for (let i = 0, at = 0; i < width; i++) {
    const length = bundle.readUInt16BE(at);
    const leaf = leafHash(bundle.subarray(at + 2, at + 2 + length));
    tilesAgree &&= leaf.equals(tile.subarray(i * 32, i * 32 + 32));
    leaves.push(leaf);
    at += 2 + length;
  }
}
const computed = root(leaves).toString("base64");
const holds = good && tilesAgree && computed === rootText;
console.log(JSON.stringify({ origin, size, signed: rootText, computed, signatureGood: good, tilesAgree, holds }));
process.exit(holds ? 0 : 1);
