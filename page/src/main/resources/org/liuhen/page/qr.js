// QR codes (ISO/IEC 18004:2015) of short texts: bytes, error correction level M, versions 1 to 10.
import { svg } from "./core.js";

/** By version: codewords of error correction in a block, and data codewords of each block (table 9). @type {[number, number[]][]} */
const BLOCKS = [
  [10, [16]],
  [16, [28]],
  [26, [44]],
  [18, [32, 32]],
  [24, [43, 43]],
  [16, [27, 27, 27, 27]],
  [18, [31, 31, 31, 31]],
  [22, [38, 38, 39, 39]],
  [22, [36, 36, 36, 37, 37]],
  [26, [43, 43, 43, 43, 44]],
];
/** By version: the rows and columns of the alignment patterns' centres (table E.1). */
const CENTRES = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];
/** The conditions of the eight masks (table 10). @type {((x: number, y: number) => boolean)[]} */
const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (_x, y) => y % 2 === 0,
  x => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];
/** Modules of light around the code (section 6.3.8). */
const QUIET = 4;

/** The product in GF(256) with x⁸ + x⁴ + x³ + x² + 1 (section 7.5.2). */
function times(a, b) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) product = (product << 1) ^ ((product >>> 7) * 0x11d) ^ (((b >>> bit) & 1) * a);
  return product;
}
/** The codewords of error correction of a block: the remainder of its data by the generator polynomial. */
function correction(data, degree) {
  let generator = [1];
  for (let i = 0, root = 1; i < degree; i++, root = times(root, 2))
    generator = [...generator, 0].map((c, at) => c ^ (at > 0 ? times(generator[at - 1], root) : 0));
  const rest = [...data, ...Array(degree).fill(0)];
  for (let at = 0; at < data.length; at++) {
    const lead = rest[at];
    generator.forEach((c, i) => {
      rest[at + i] ^= times(c, lead);
    });
  }
  return rest.slice(data.length);
}
/** All codewords of a text in the order in which they are placed (sections 7.4 to 7.6). */
function codewords(bytes, version) {
  const [degree, lengths] = BLOCKS[version - 1],
    capacity = lengths.reduce((sum, length) => sum + length);
  const bits = [4, ...(version < 10 ? [] : [bytes.length >>> 8]), bytes.length & 255, ...bytes]
    .map((n, at) => n.toString(2).padStart(at === 0 ? 4 : 8, "0"))
    .join("");
  const data = Array.from(`${bits}0000`.matchAll(/.{8}/g), ([byte]) => Number.parseInt(byte, 2)); // mode, length and terminator fill whole bytes
  for (let pad = 0xec; data.length < capacity; pad ^= 0xec ^ 0x11) data.push(pad);
  const starts = lengths.map((_, block) => lengths.slice(0, block).reduce((sum, length) => sum + length, 0)),
    blocks = lengths.map((length, block) => data.slice(starts[block], starts[block] + length)),
    corrections = blocks.map(block => correction(block, degree));
  const interleaved = all => Array.from({ length: Math.max(...all.map(one => one.length)) }, (_, i) => all.flatMap(one => one[i] ?? []));
  return [...interleaved(blocks), ...interleaved(corrections)].flat();
}
/** How hard a code is to read (section 7.8.3): long runs, blocks of one colour, what looks like a finder, more dark than light. */
function penalty(rows) {
  const size = rows.length,
    lines = [...rows, ...rows.map((_, x) => rows.map(row => row[x]))].map(line => line.map(Number).join(""));
  let sum = 0;
  for (const line of lines) {
    for (const run of line.match(/0{5,}|1{5,}/g) || []) sum += run.length - 2;
    sum += 40 * (line.match(/(?=00001011101|10111010000)/g) || []).length;
  }
  for (let y = 1; y < size; y++)
    for (let x = 1; x < size; x++)
      if (rows[y][x] === rows[y - 1][x] && rows[y][x] === rows[y][x - 1] && rows[y][x] === rows[y - 1][x - 1]) sum += 3;
  const dark = rows.flat().filter(Boolean).length / size ** 2;
  return sum + 10 * Math.floor(Math.abs(dark - 0.5) * 20);
}
/** The BCH code of a value: it and, behind it, the remainder by the generator (annexes C and D). */
function bch(value, bits, generator) {
  let rest = value;
  for (let i = 0; i < bits; i++) rest = (rest << 1) ^ ((rest >>> (bits - 1)) * generator);
  return (value << bits) | rest;
}
/**
 * The modules of a text's code, row by row; true is dark. Null where the text is too long.
 * @param {string} text at most 213 bytes in UTF-8
 * @returns {boolean[][] | null}
 */
export function modules(text) {
  const bytes = new TextEncoder().encode(text),
    version = BLOCKS.findIndex(([, lengths], at) => bytes.length + (at < 9 ? 2 : 3) <= lengths.reduce((sum, n) => sum + n)) + 1;
  if (version === 0) return null;
  const size = 17 + 4 * version,
    rows = Array.from({ length: size }, () => Array(size).fill(false)),
    fixed = Array.from({ length: size }, () => Array(size).fill(false));
  const set = (x, y, dark) => {
    if (y < 0 || x < 0 || y >= size || x >= size) return;
    rows[y][x] = Boolean(dark);
    fixed[y][x] = true;
  };
  /** A square pattern around its centre; `dark` says which rings are. */
  const pattern = (cx, cy, radius, dark) => {
    for (let y = -radius; y <= radius; y++)
      for (let x = -radius; x <= radius; x++) set(cx + x, cy + y, dark(Math.max(Math.abs(x), Math.abs(y))));
  };
  const format = mask => {
    const bits = bch(mask, 10, 0x537) ^ 0x5412, // level M is 00
      bit = i => (bits >>> i) & 1;
    for (let i = 0; i < 15; i++) {
      if (i < 8) set(8, i < 6 ? i : i + 1, bit(i));
      else set(i < 9 ? 7 : 14 - i, 8, bit(i));
      if (i < 8) set(size - 1 - i, 8, bit(i));
      else set(8, size - 15 + i, bit(i));
    }
    set(8, size - 8, true);
  };
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ])
    pattern(x, y, 4, ring => ring !== 2 && ring !== 4);
  const last = size - 7;
  for (const x of CENTRES[version - 1])
    for (const y of CENTRES[version - 1])
      if (!((x === 6 && (y === 6 || y === last)) || (x === last && y === 6))) pattern(x, y, 2, ring => ring !== 1);
  format(0);
  if (version >= 7)
    for (let i = 0, bits = bch(version, 12, 0x1f25); i < 18; i++) {
      set(size - 11 + (i % 3), Math.floor(i / 3), (bits >>> i) & 1);
      set(Math.floor(i / 3), size - 11 + (i % 3), (bits >>> i) & 1);
    }
  const bits = codewords(bytes, version)
    .map(word => word.toString(2).padStart(8, "0"))
    .join("");
  let at = 0;
  for (
    let right = size - 1, up = true;
    right > 0;
    right -= right === 8 ? 3 : 2, up = !up // the column of the timing pattern has none
  )
    for (let i = 0; i < size; i++)
      for (const x of [right, right - 1]) {
        const y = up ? size - 1 - i : i;
        if (!fixed[y][x]) rows[y][x] = bits[at++] === "1";
      }
  const masked = MASKS.map((mask, number) => {
    format(number);
    return rows.map((row, y) => row.map((dark, x) => (fixed[y][x] ? dark : dark !== mask(x, y))));
  });
  return masked.reduce((best, one) => (penalty(one) < penalty(best) ? one : best));
}
/** The code as a picture, dark on light in every theme; null where the text is too long. @param {string} text @param {string} name what it is */
export function qrCode(text, name) {
  const rows = modules(text);
  if (!rows) return null;
  const size = rows.length + 2 * QUIET,
    path = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : []))).join("");
  return svg(
    "svg",
    { viewBox: `0 0 ${size} ${size}`, width: 4 * size, height: 4 * size, role: "img", "aria-label": name, class: "qr" },
    svg("rect", { width: size, height: size, fill: "#fff" }),
    svg("path", { d: path, fill: "#000", "shape-rendering": "crispEdges" }),
  );
}
