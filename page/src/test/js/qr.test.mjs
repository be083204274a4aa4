// QR codes: what other encoders make of the same text, and where no code is made.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { modules, qrCode } from "../../main/resources/org/liuhen/page/qr.js";

const drawn = text => modules(text)?.map(row => row.map(dark => (dark ? "#" : ".")).join(""));
const digest = text =>
  createHash("sha256")
    .update((modules(text) || []).map(row => row.map(Number).join("")).join("\n"))
    .digest("hex");
const URI = "otpauth://totp/site-0:110023?secret=JBSWY3DPEHPK3PXPJBSWY3DP";

test("a short text has the code that qrcode-generator 2 draws of it", () => {
  assert.deepEqual(drawn("site-2:110"), [
    "#######..#..#.#######",
    "#.....#..#.##.#.....#",
    "#.###.#..##...#.###.#",
    "#.###.#...#...#.###.#",
    "#.###.#..#.##.#.###.#",
    "#.....#.#.....#.....#",
    "#######.#.#.#.#######",
    ".........#...........",
    "#..#.##.#..###.#.....",
    "...##...####.#..#####",
    "###...#...##..#..##.#",
    "#.##.#.###..######...",
    "...####..###.#...#..#",
    "........##.........##",
    "#######..#####..####.",
    "#.....#.#.#..#.##..##",
    "#.###.#..#..#......#.",
    "#.###.#.#.#..##.##.##",
    "#.###.#..#.#..#.###.#",
    "#.....#..####...##...",
    "#######.#.#....#.#.#.",
  ]);
});
test("so have longer ones: several blocks, alignment patterns, the version's own bits, a length of two bytes", () => {
  assert.equal(digest(URI), "3bb45643eb8da5786bd577dbcbea6809cb048360d301be981b3cd4757a6c5d0f", "version 4");
  const longer = n =>
    `otpauth://totp/site-${n}:110023?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=site-${n}&pad=${"0123456789".repeat(20)}`;
  assert.equal(digest(longer(1).slice(0, 115)), "8fee207f3908b7db2d9e5eecdf02e70584c1eeb0d39803b32c10c46784ad8172", "version 7");
  assert.equal(digest(longer(0).slice(0, 200)), "c969d35eb7c1597f605835a5c62f0e1da447f80dc5e3602e160f03d370b8615e", "version 10");
});
test("a text that is too long has no code; a picture has light around it", () => {
  assert.equal(modules("x".repeat(213))?.length, 57);
  assert.equal(modules("x".repeat(214)), null);
  assert.equal(modules("警".repeat(72)), null, "it is bytes that count");
  assert.equal(qrCode("x".repeat(214), "x"), null);
  assert.equal(qrCode(URI, "x")?.attributes.viewBox, "0 0 41 41");
});
