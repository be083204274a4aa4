// Judges packages with verify.js in Node, which has the same Web Crypto as a browser. usage: node mutants.mjs SCRIPT
// SCRIPT is what VerifyPage.script() gives. Takes a package a line on its standard input: a JSON object with the files and the policy, each in
// Base64; prints a line: the codes of its faults.
import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

globalThis.crypto ??= webcrypto; // Node 18 has it, not as a global

const Liuhen = new Function(`${readFileSync(process.argv[2], "utf8")}\nreturn Liuhen;`)();
const bytes = base64 => new Uint8Array(Buffer.from(base64, "base64"));

async function judge({ files, policy }) {
  let text;
  try { text = Liuhen.decoded(bytes(policy)); } catch { return "PL-101"; }
  try {
    const blobs = new Map(Object.entries(files).map(([path, base64]) => [path, new Blob([bytes(base64)])]));
    return (await Liuhen.verify(blobs, text)).codes.join(" ");
  } catch (failed) {
    const code = /^PL-10[12]/.exec(failed.message);
    return code ? code[0] : `crash ${String(failed.stack).replaceAll("\n", " | ")}`;
  }
}

for await (const line of createInterface({ input: process.stdin })) console.log(await judge(JSON.parse(line)));
