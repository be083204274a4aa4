// What the code on a paper leads to, without signing in: whether the published log has the entry whose hash stands on the paper, and the digest of a
// file that somebody has. Heads and hashes of a log are public; entries are not.
import { $, el, here, saidTime, size, t, trouble } from "./core.js";
import { address } from "./format.js";
import { digest } from "./upload.js";

const TILE_HASHES = 256;
const HASH_BYTES = 32;

/** The address of a tile of the log (C2SP tlog-tiles). @param {number} level @param {number} number @param {number} width hashes in it */
export function tilePath(level, number, width) {
  const groups = [];
  for (let rest = number; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`${groups.length ? "x" : ""}${String(rest % 1000).padStart(3, "0")}`);
  return `tile/${level}/${groups.join("/")}${width < TILE_HASHES ? `.p/${width}` : ""}`;
}
/**
 * The root of the tree of a log, computed with this hash as its leaf at this place (RFC 9162, section 2.1.1): it is the root of the log's head
 * only where the log has the leaf there.
 * @param {Uint8Array} leaf @param {number} index from 0 @param {number} size of the log
 * @param {(level: number, number: number, width: number) => Promise<Uint8Array>} tile
 * @returns {Promise<Uint8Array>}
 */
export async function rootWith(leaf, index, size, tile) {
  const tiles = new Map(),
    /** The root of a whole tree of 2^height leaves, from a tile. */
    whole = async (height, place) => {
      const level = Math.floor(height / 8),
        hashes = 2 ** (height % 8),
        first = place * hashes,
        number = Math.floor(first / TILE_HASHES),
        width = Math.min(TILE_HASHES, Math.floor(size / 256 ** level) - number * TILE_HASHES),
        key = `${level}/${number}`;
      if (!tiles.has(key)) tiles.set(key, await tile(level, number, width));
      const bytes = tiles.get(key),
        at = (first % TILE_HASHES) * HASH_BYTES;
      let row = Array.from({ length: hashes }, (_, i) => bytes.subarray(at + i * HASH_BYTES, at + (i + 1) * HASH_BYTES));
      if (row.some(hash => hash.length !== HASH_BYTES)) throw new Error(t().proof.tile);
      while (row.length > 1) row = row.flatMap((hash, i) => (i % 2 ? [] : [Liuhen.nodeHash(hash, row[i + 1])]));
      return row[0];
    },
    root = async (start, end) => {
      const length = end - start,
        has = index >= start && index < end;
      if (length === 1 && has) return leaf;
      const height = Math.log2(length);
      if (!has && Number.isInteger(height)) return whole(height, start / length);
      const left = 2 ** (Math.ceil(height) - 1);
      return Liuhen.nodeHash(await root(start, start + left), await root(start + left, end));
    };
  return root(0, size);
}
const bytesOf = hex => Uint8Array.from(hex.match(/../g) || [], pair => Number.parseInt(pair, 16));
/** A file of the log; null where it is not there. Any other answer than that is none, and is said as such. */
async function file(log, path) {
  const answer = await fetch(`/log/${encodeURIComponent(log)}/${path}`).catch(failed => {
    throw failed instanceof TypeError ? new Error(t().noAnswer) : failed;
  });
  if (!answer.ok && answer.status !== 404) throw new Error(t().badAnswer(answer.status));
  return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
}
/** A tile of the log; a narrow one may have been taken away once the whole one is there. */
async function tileOf(log, level, number, width) {
  const found =
    (await file(log, tilePath(level, number, width))) || (width < TILE_HASHES && (await file(log, tilePath(level, number, TILE_HASHES))));
  if (!found) throw new Error(t().proof.tile);
  return found;
}
/** The heads that are published: the one that witnesses have seen first, for it proves more. One that cannot be read hides no other one. */
async function heads(log, policy) {
  const found = [],
    wrong = [];
  for (const path of ["checkpoint.witnessed", "checkpoint"]) {
    const bytes = await file(log, path);
    try {
      if (bytes) found.push({ ...(await Liuhen.published(bytes, policy)), witnessed: path !== "checkpoint" });
    } catch (failed) {
      if (failed.name === "NotSupportedError") throw failed; // an old browser
      const isHead = await Liuhen.published(bytes, "").then(
        () => true,
        () => false,
      );
      if (isHead) throw new Error(`${t().proof.badPolicy} (${failed.message})`);
      wrong.push(new Error(`${t().proof.badHead} (${failed.message})`));
    }
  }
  if (!found.length && wrong.length) throw wrong[0];
  return found;
}
/** Which check was asked for last: it alone says what it found. */
let checking = 0;
/** Says whether the log has the entry of the paper. @param {any} place @param {{ log: string, entry: string, leaf: string }} paper @param {string} policy whom the reader trusts, or nothing */
async function check(place, { log, entry, leaf }, policy) {
  const words = t().proof,
    mine = ++checking,
    say = (sentence, kind, ...more) =>
      mine === checking &&
      place.replaceChildren(
        el(
          "div",
          null,
          { className: `banner ${kind}`, role: kind === "bad" ? "alert" : "status" },
          el("div", sentence, { className: "sentence" }),
          ...more,
        ),
      );
  say(t().busy, "");
  try {
    const index = Number(entry),
      found = (await heads(log, policy)).filter(({ head }) => index < Number(head.size)),
      one = found.find(({ trusted }) => trusted !== false) || found[0];
    if (!one) return say(words.noHead(entry), "bad");
    const { head, trusted, signs, witnessed, names } = one,
      root = await rootWith(bytesOf(leaf), index, Number(head.size), (...at) => tileOf(log, ...at)),
      holds = Liuhen.hex(root) === Liuhen.hex(head.root),
      about = el("div", words.head(head.origin, String(head.size), Liuhen.hex(head.root)), { className: "small" });
    if (!holds) return say(words.isNot(entry), "bad", about);
    if (trusted === false && signs && !witnessed) return say(words.notWitnessed(entry), "", about);
    if (trusted === false) return say(words.untrusted, "bad", about);
    const seen = [...names].map(([name, at]) => `${name} ${saidTime(new Date(at).toISOString())}`);
    say(
      words.is(entry),
      "good",
      el("div", trusted ? words.trusted(t().listed(seen)) : words.unproved),
      el("div", words.hashOnly, { className: "sentence" }),
      about,
    );
  } catch (failed) {
    if (mine === checking) place.replaceChildren(trouble(failed));
  }
}
/** The digest of a file, for a comparison with a paper. */
function compare() {
  const input = el("input", null, { type: "file", id: "fileToCompare" }),
    said = el("p", null, { id: "compared", role: "status" });
  let choice = 0;
  input.onchange = async () => {
    const mine = ++choice,
      [file] = input.files,
      bar = el("progress", null, { max: file?.size || 1, value: 0, ariaLabel: t().hashing });
    said.replaceChildren(...(file ? [el("b", file.name), " ", bar] : []));
    if (!file) return;
    try {
      const sha256 = await digest(file, done => {
        if (mine !== choice) throw new Error(t().cancelled); // the rest need not be read
        bar.value = done;
      });
      if (mine === choice) said.replaceChildren(el("b", file.name), ` · ${size(file.size)} · SHA-256 `, el("code", sha256));
    } catch (failed) {
      if (mine === choice) said.replaceChildren(el("b", file.name), " ", el("span", failed.message, { className: "bad" }));
    }
  };
  return [el("h3", t().proof.file), el("p", t().proof.fileIs, { className: "small" }), input, said];
}
/** The keys that were pasted for a log; they stay when the language is switched. */
let pasted = { log: "", keys: "" };
/** @param {Record<string, string>} paper what the address says: log, entry and leaf, and the item or case that the paper is about */
export async function showProof(paper) {
  const words = t().proof,
    place = el("div", null, { id: "proof" }),
    known = /^\d{1,15}$/.test(paper.entry || "") && /^[0-9a-f]{64}$/.test(paper.leaf || "") && Boolean(paper.log),
    policy = el("textarea", null, {
      rows: 4,
      spellcheck: false,
      ariaLabel: words.policy,
      placeholder: "log …\nwitness …\nquorum …",
      value: pasted.log === paper.log ? pasted.keys : "",
      oninput: () => {
        pasted = { log: paper.log, keys: policy.value };
      },
    }),
    button = el("button", words.again),
    isList = Boolean(paper.case) && !paper.entry && !paper.leaf,
    about = paper.item
      ? address(`item/${paper.item}`, { entry: paper.entry })
      : paper.case
        ? `#/case/${encodeURIComponent(paper.case)}`
        : "";
  const given = /** @type {any} */ (paper),
    again = async () => {
      button.disabled = true;
      await check(place, given, policy.value.trim() && `${policy.value.trim()}\n`);
      button.disabled = false;
    };
  button.onclick = again;
  $("detail").replaceChildren(
    ...[
      el("h2", words.title),
      ...(known
        ? [
            el("p", words.compare(paper.entry)),
            el("p", null, {}, el("code", paper.leaf)),
            place,
            el("details", null, {}, el("summary", words.policy), el("p", words.policyIs, { className: "small" }), policy, button),
          ]
        : isList
          ? [el("p", words.listOnly, { className: "banner" })]
          : [el("p", words.unreadable, { className: "banner bad", role: "alert" })]),
      ...compare(),
      el("p", null, {}, el("a", words.guide, { href: `/guides/prosecutors.${here.language}`, target: "_blank" })),
      about && el("p", null, {}, el("a", here.person ? words.open : words.signIn, { href: about, className: "button" })),
    ].filter(Boolean),
  );
  if (known) await again();
}
