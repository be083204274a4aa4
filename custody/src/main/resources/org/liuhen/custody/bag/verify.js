// Verifies an export package as docs/formats/bag.md says, with nothing but what a browser (or Node) brings: WebCrypto.
// `files` is a Map from path to a Blob; `states` is states.json. Nothing here reads the network.
const Liuhen = (states => {
  "use strict";
  const TAGS = ["tagmanifest-sha256.txt", "tagmanifest-sha512.txt"];
  const NATIVE_BYTES_MAX = 256 * 2 ** 20; // WebCrypto digests a whole buffer only; above this we stream, SHA-256 alone
  const SLICE_BYTES = 8 * 2 ** 20;
  const CLOCKS_MAY_DIFFER = 5 * 60 * 1000;
  const ID = /^[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}$/;
  const utf8 = new TextEncoder();

  // ---- bytes
  const hex = bytes => Array.from(bytes, b => b.toString(16).padStart(2, "0")).join("");
  const unhex = text => Uint8Array.from(text.match(/../g) || [], pair => parseInt(pair, 16));
  const base64 = bytes => btoa(Array.from(bytes, b => String.fromCharCode(b)).join(""));
  const decoded = bytes => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);
  const digest = async (name, bytes) => new Uint8Array(await crypto.subtle.digest(name, bytes));
  const sha256 = bytes => digest("SHA-256", bytes);
  function concat(...parts) {
    const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
    parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
    return all;
  }
  /** Base64 with one text per value: what is not written as its bytes are is refused. */
  function unbase64(text) {
    const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
    if (base64(bytes) !== text) throw new Error("Base64 that is not in its one form");
    return bytes;
  }

  // ---- SHA-256 (FIPS 180-4) in slices, for files that do not fit a buffer
  const K = new Int32Array(64), START = new Int32Array(8);
  for (let n = 2, i = 0; i < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) { prime = false; break; }
    if (!prime) continue;
    if (i < 8) START[i] = (Math.sqrt(n) % 1) * 2 ** 32;
    K[i++] = (Math.cbrt(n) % 1) * 2 ** 32;
  }
  class Sha256 {
    constructor() { this.h = START.slice(); this.w = new Int32Array(64); this.rest = new Uint8Array(0); this.length = 0; }
    update(bytes) {
      this.length += bytes.length;
      let at = 0;
      if (this.rest.length > 0) {
        const need = Math.min(64 - this.rest.length, bytes.length);
        this.rest = concat(this.rest, bytes.subarray(0, need));
        at = need;
        if (this.rest.length < 64) return;
        this.blocks(this.rest, 0, 64);
      }
      const end = at + ((bytes.length - at) & ~63);
      this.blocks(bytes, at, end);
      this.rest = bytes.slice(end);
    }
    blocks(b, from, to) {
      const w = this.w, h = this.h;
      for (let p = from; p < to; p += 64) {
        for (let i = 0, q = p; i < 16; i++, q += 4) w[i] = b[q] << 24 | b[q + 1] << 16 | b[q + 2] << 8 | b[q + 3];
        for (let i = 16; i < 64; i++) {
          const x = w[i - 15], y = w[i - 2];
          w[i] = w[i - 16] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + w[i - 7]
            + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10) | 0;
        }
        let a = h[0], c = h[1], d = h[2], e = h[3], f = h[4], g = h[5], j = h[6], k = h[7];
        for (let i = 0; i < 64; i++) {
          const t = k + ((f >>> 6 | f << 26) ^ (f >>> 11 | f << 21) ^ (f >>> 25 | f << 7)) + (f & g ^ ~f & j) + K[i] + w[i] | 0;
          const u = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & c ^ a & d ^ c & d) | 0;
          k = j; j = g; g = f; f = e + t | 0; e = d; d = c; c = a; a = t + u | 0;
        }
        h[0] += a; h[1] += c; h[2] += d; h[3] += e; h[4] += f; h[5] += g; h[6] += j; h[7] += k;
      }
    }
    end() {
      const length = this.length, pad = new Uint8Array((this.rest.length < 56 ? 64 : 128) - this.rest.length);
      pad[0] = 0x80;
      new DataView(pad.buffer).setBigUint64(pad.length - 8, BigInt(length) * 8n);
      this.update(pad);
      const out = new DataView(new ArrayBuffer(32));
      this.h.forEach((x, i) => out.setInt32(4 * i, x));
      return new Uint8Array(out.buffer);
    }
  }

  // ---- keys and notes (C2SP signed-note, tlog-cosignature)
  async function key(text) {
    const parts = text.trim().split("+"), bytes = unbase64(parts.slice(2).join("+")), name = parts[0];
    if (bytes.length !== 33 || (bytes[0] !== 1 && bytes[0] !== 4)) throw new Error("not an Ed25519 verifier key");
    const hash = hex((await sha256(concat(utf8.encode(name + "\n"), bytes))).subarray(0, 4));
    if (hash !== parts[1]) throw new Error("the key's hash does not belong to its name and key");
    return { name, hash, text: text.trim(), cosigns: bytes[0] === 4,
      key: await crypto.subtle.importKey("raw", bytes.subarray(1), "Ed25519", false, ["verify"]) };
  }
  function note(bytes) {
    const text = decoded(bytes), end = text.lastIndexOf("\n\n");
    if (end < 0 || !text.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(text)) throw new Error("not a signed note");
    const signatures = text.slice(end + 2).split("\n").slice(0, -1).map(line => {
      const words = line.split(" ");
      if (words.length !== 3 || words[0] !== "\u2014" || !words[1] || words[1].includes("+")) throw new Error("not a signature line");
      const signature = unbase64(words[2]);
      if (signature.length < 5) throw new Error("a signature that is too short");
      return { name: words[1], hash: hex(signature.subarray(0, 4)), bytes: signature.subarray(4) };
    });
    if (signatures.length < 1 || signatures.length > 100) throw new Error("a note has 1 to 100 signatures");
    return { text: text.slice(0, end + 1), signatures };
  }
  /** Whether this key signed, or when it cosigned (milliseconds since 1970); false or null where it did not. */
  async function signed(n, k) {
    for (const s of n.signatures) {
      if (s.name !== k.name || s.hash !== k.hash || s.bytes.length !== (k.cosigns ? 72 : 64)) continue;
      const time = k.cosigns ? new DataView(s.bytes.buffer, s.bytes.byteOffset).getBigUint64(0) : 0n;
      const text = k.cosigns ? `cosignature/v1\ntime ${time}\n${n.text}` : n.text;
      const good = await crypto.subtle.verify("Ed25519", k.key, s.bytes.subarray(k.cosigns ? 8 : 0), utf8.encode(text));
      if (good) return k.cosigns ? Number(time) * 1000 : true;
    }
    return k.cosigns ? null : false;
  }
  function checkpoint(text) {
    const lines = text.split("\n");
    if (lines.length < 4 || !lines[0] || !/^(0|[1-9][0-9]{0,17})$/.test(lines[1])) throw new Error("not a checkpoint");
    const root = unbase64(lines[2]);
    if (root.length !== 32) throw new Error("not a root hash");
    return { origin: lines[0], size: BigInt(lines[1]), root };
  }

  // ---- the tree (RFC 9162 §2.1.3.2) and proofs (C2SP tlog-proof). A chain of 1,000 entries takes 20,000 small digests: a promise for
  // each would take longer than the digest.
  function small(...parts) {
    const hash = new Sha256();
    parts.forEach(part => hash.update(part));
    return hash.end();
  }
  const leafHash = line => small(Uint8Array.of(0), line);
  const nodeHash = (left, right) => small(Uint8Array.of(1), left, right);
  function proof(bytes) {
    const text = decoded(bytes), end = text.indexOf("\n\n"), lines = text.slice(0, Math.max(end, 0)).split("\n");
    const extra = lines[1] !== undefined && lines[1].startsWith("extra ") ? unbase64(lines[1].slice(6)) : null;
    const at = extra === null ? 1 : 2;
    if (lines[0] !== "c2sp.org/tlog-proof@v1" || !/^index (0|[1-9][0-9]{0,17})$/.test(lines[at] || "")) throw new Error("not a tlog-proof");
    const path = lines.slice(at + 1).map(unbase64);
    if (path.length > 63 || path.some(hash => hash.length !== 32)) throw new Error("not a path of hashes");
    const n = note(utf8.encode(text.slice(end + 2)));
    return { extra, index: BigInt(lines[at].slice(6)), path, note: n, head: checkpoint(n.text) };
  }
  function leads(p, line) {
    let fn = p.index, sn = p.head.size - 1n, r = leafHash(line);
    if (fn > sn) return false;
    for (const hash of p.path) {
      if (sn === 0n) return false;
      if (fn & 1n || fn === sn) {
        r = nodeHash(hash, r);
        while (!(fn & 1n) && fn !== 0n) { fn >>= 1n; sn >>= 1n; }
      } else r = nodeHash(r, hash);
      fn >>= 1n; sn >>= 1n;
    }
    return sn === 0n && same(r, p.head.root);
  }

  /** Whether a smaller tree is the beginning of a larger one (RFC 9162 §2.1.4.2). */
  function grew(from, to, path) {
    if (from.size > to.size || from.size === 0n) return false;
    if (from.size === to.size) return path.length === 0 && same(from.root, to.root);
    const hashes = (from.size & (from.size - 1n)) === 0n ? [from.root, ...path] : path;
    if (hashes.length === 0) return false;
    let fn = from.size - 1n, sn = to.size - 1n;
    while (fn & 1n) { fn >>= 1n; sn >>= 1n; }
    let fr = hashes[0], sr = hashes[0];
    for (const hash of hashes.slice(1)) {
      if (sn === 0n) return false;
      if (fn & 1n || fn === sn) {
        fr = nodeHash(hash, fr); sr = nodeHash(hash, sr);
        while (!(fn & 1n) && fn !== 0n) { fn >>= 1n; sn >>= 1n; }
      } else sr = nodeHash(sr, hash);
      fn >>= 1n; sn >>= 1n;
    }
    return sn === 0n && same(fr, from.root) && same(sr, to.root);
  }

  // ---- entries: canonical JSON (RFC 8785 is what JSON.stringify writes, with sorted members), and the state machine
  const canonical = value => Array.isArray(value) ? `[${value.map(canonical).join(",")}]`
    : value && typeof value === "object"
      ? `{${Object.keys(value).sort().map(name => JSON.stringify(name) + ":" + canonical(value[name])).join(",")}}`
      : JSON.stringify(value);
  const rules = new Map(states.rules.map(rule => [rule.event, rule]));
  function entry(line) {
    const text = decoded(line), e = JSON.parse(text);
    if (canonical(e) !== text) throw new Error("not canonical JSON");
    const c = e.event && e.event.context;
    if (!c || !rules.has(e.event.eventType) || !/^[0-9a-f]{32}$/.test(c.eventId || "") || !c.occurredAt || !c.clock
        || !c.actor || !c.actor.kind || !c.actor.id || !c.actor.credential || !c.instrument
        || !Number.isInteger(e.itemSequence) || e.itemSequence < 0 || (e.itemSequence === 0) !== (e.previous === undefined)
        || Number.isNaN(Date.parse(e.recordedAt))) throw new Error("not an entry");
    return e;
  }
  function step(state, event) {
    const rule = rules.get(event.eventType), id = event.context.actor.id, k = rule.key ? String(event[rule.key]) : "";
    const open = name => state.open.get(name) || new Map();
    for (const check of rule.checks) {
      const holds = check.phase ? check.phase.includes(state.phase)
        : check.present ? open(check.present).has(k)
        : check.absent ? !open(check.absent).has(k)
        : check.empty ? open(check.empty).size === 0
        : check.otherThan ? open(check.otherThan).get(k) !== id
        : open(check.sameAs).get(k) === id;
      if (!holds) return check;
    }
    for (const effect of rule.then) {
      if (effect.phase) state.phase = effect.phase;
      else if (effect.put) state.open.set(effect.put, open(effect.put).set(k, effect.value === "actor" ? id : event[effect.value]));
      else open(effect.remove).delete(k);
    }
    return null;
  }

  /** What a person signs with a key of his own: canonical JSON of who, which item, what, why, and what he had checked last. */
  function statement(actor, evidenceId, event, purpose, seen) {
    const said = { actor, evidenceId, event, seen };
    if (purpose !== undefined) said.purpose = purpose;
    return utf8.encode(`liuhen.org/personal-signature/v1\n${canonical(said)}`);
  }
  /** Looks at each personal signature of a chain that was followed: it is good, and what its person saw is of this chain. */
  async function personal(found, fault) {
    for (const [i, event] of found.signed) {
      let good = false;
      try {
        const { context, signature, ...own } = event, k = await crypto.subtle.importKey("raw", unbase64(signature.publicKey), "Ed25519", false, ["verify"]);
        good = found.leaves.slice(0, i).includes(signature.seen)
          && await crypto.subtle.verify("Ed25519", k, unbase64(signature.value), statement(context.actor.id, context.evidenceId, own, context.purpose, signature.seen));
      } catch (bad) { if (bad.name === "NotSupportedError") throw bad; }
      if (!good) fault("VF-118", i, event.context.actor.id);
    }
  }

  /** Follows a chain from its beginning: each entry canonical, after the one before, and allowed. `fault` hears what is not. */
  function follow(lines, id, fault) {
    const state = { phase: "NONE", open: new Map() };
    const found = { entries: [], recordedAt: null, last: null, recorded: null, described: null, declared: null, signed: [], leaves: [] };
    let previous = null;
    for (let i = 0; i < lines.length; i++) {
      try {
        const e = entry(lines[i]), event = e.event;
        found.entries.push(e);
        const expected = previous === null ? undefined : hex(previous);
        if (e.itemSequence !== i || (event.context.evidenceId || "log") !== id || e.previous !== expected) fault("VF-107", i, "");
        const time = Date.parse(e.recordedAt);
        if (found.recordedAt !== null && time < found.recordedAt - CLOCKS_MAY_DIFFER) fault("VF-212", i, "");
        found.recordedAt = time;
        const refused = step(state, event);
        if (refused) fault("VF-108", i, `${refused.code} ${refused.reason}`);
        found.last = event;
        if (event.signature) found.signed.push([i, event]);
        if (event.eventType === "declared") found.declared = event;
        if (event.eventType === "verified" || event.eventType === "rejected") found.recorded = event.sha256 || null;
        if (event.eventType === "described") found.described = event.metadataSha256;
      } catch (bad) { fault("VF-106", i, bad.message); }
      previous = leafHash(lines[i]);
      found.leaves.push(hex(previous));
    }
    return found;
  }

  /**
   * Verifies one item's chain as the API of a station gives it. Of the answer only what is signed counts: each entry has to be in the head
   * that `keyText` signed. That entries were left out at the end, it cannot show.
   */
  async function chain(answer, id, keyText) {
    const faults = [], fault = (code, at, detail) => faults.push({ code, at, detail });
    let head = null;
    try {
      const n = note(utf8.encode(answer.checkpoint)), k = await key(keyText);
      head = checkpoint(n.text);
      if (k.name !== head.origin || !await signed(n, k)) throw new Error("the key did not sign this head");
    } catch (bad) {
      if (bad.name === "NotSupportedError") throw bad; // a browser without Ed25519 has found out nothing
      fault("VF-101", null, bad.message);
      return { head: null, entries: 0, faults };
    }
    const lines = answer.entries.map(given => utf8.encode(canonical(given.entry)));
    const found = follow(lines, id, fault);
    await personal(found, fault);
    answer.entries.forEach((given, i) => {
      try {
        if (!leads({ index: BigInt(given.index), head, path: given.inclusionProof.map(unbase64) }, lines[i])) fault("VF-103", i, "");
      } catch (bad) { fault("VF-103", i, bad.message); }
    });
    if (lines.length === 0) fault("VF-107", 0, "no entry");
    return { head, entries: lines.length, last: found.leaves.at(-1) || null, faults };
  }

  // ---- timestamps (RFC 3161 in CMS, RFC 5652)
  function der(bytes, at = 0) {
    let length = bytes[at + 1], from = at + 2;
    if (length & 0x80) {
      const count = length & 0x7f;
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + bytes[from + i];
      from += count;
    }
    const end = from + length;
    if (!(end <= bytes.length)) throw new Error("DER that is cut");
    const node = { tag: bytes[at], all: bytes.subarray(at, end), body: bytes.subarray(from, end), end };
    node.list = () => {
      const list = [];
      for (let p = 0; p < node.body.length; p = list[list.length - 1].end) list.push(der(node.body, p));
      return list;
    };
    return node;
  }
  const OIDS = { "608648016503040201": "SHA-256", "608648016503040202": "SHA-384", "608648016503040203": "SHA-512" };
  const MESSAGE_DIGEST = "2a864886f70d010904", EC_KEY = "2a8648ce3d0201";
  const SIGNATURE_HASH = { "2a864886f70d01010b": "SHA-256", "2a864886f70d01010c": "SHA-384", "2a864886f70d01010d": "SHA-512",
    "2a8648ce3d040302": "SHA-256", "2a8648ce3d040303": "SHA-384" };
  async function timestamp(bytes, headText) {
    const [status, token] = der(bytes).list();
    if (!token || status.list()[0].body[0] > 1) throw new Error("the authority did not grant a timestamp");
    const data = token.list()[1].list()[0].list(), content = data[2].list()[1].list()[0].body;
    const info = der(content).list(), imprint = info[2].list();
    if (OIDS[hex(imprint[0].list()[0].body)] !== "SHA-256" || !same(imprint[1].body, await sha256(utf8.encode(headText))))
      throw new Error("the timestamp is for another head");
    const signer = data[data.length - 1].list()[0].list(), serial = signer[1].list()[1].all;
    const certificate = data.filter(node => node.tag === 0xa0).flatMap(node => node.list()).find(c => {
      const t = c.list()[0].list();
      return same(t[t[0].tag === 0xa0 ? 1 : 0].all, serial);
    });
    if (!certificate) throw new Error("the certificate that signed is not in the timestamp");
    const hash = OIDS[hex(signer[2].list()[0].body)], attributes = signer[3];
    const promised = attributes.list().find(a => hex(a.list()[0].body) === MESSAGE_DIGEST).list()[1].list()[0].body;
    if (!same(promised, await digest(hash, content))) throw new Error("the timestamp was changed");
    const tbs = certificate.list()[0].list(), spki = tbs[tbs[0].tag === 0xa0 ? 6 : 5];
    const ec = hex(spki.list()[0].list()[0].body) === EC_KEY;
    const by = SIGNATURE_HASH[hex(signer[4].list()[0].body)] || hash;
    const curve = ec ? { "2a8648ce3d030107": "P-256", "2b81040022": "P-384" }[hex(spki.list()[0].list()[1].body)] : "";
    let signature = signer[5].body;
    if (ec) signature = concat(...der(signature).list().map(n => {
      const raw = n.body[0] === 0 ? n.body.subarray(1) : n.body, width = curve === "P-256" ? 32 : 48;
      return concat(new Uint8Array(width - raw.length), raw);
    }));
    const algorithm = ec ? { name: "ECDSA", namedCurve: curve, hash: by } : { name: "RSASSA-PKCS1-v1_5", hash: by };
    const k = await crypto.subtle.importKey("spki", spki.all, algorithm, false, ["verify"]);
    const message = concat(Uint8Array.of(0x31), attributes.all.subarray(1));
    if (!await crypto.subtle.verify(algorithm, k, signature, message)) throw new Error("the timestamp's signature is not good");
    const t = decoded(info[4].body).match(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d(?:\.\d+)?)Z$/);
    return { time: Date.parse(`${t[1]}-${t[2]}-${t[3]}T${t[4]}:${t[5]}:${t[6]}Z`), certificate: hex(await sha256(certificate.all)) };
  }

  // ---- policies (docs/formats/receipt.md)
  async function policy(text) {
    const p = { logs: [], exports: [], witnesses: new Map(), groups: new Map(), quorum: null, revoked: new Map(), authorities: new Map() };
    for (const line of text.split("\n")) {
      const words = line.replace(/#.*/, "").trim().split(/\s+/);
      if (words[0] === "") continue;
      else if (words[0] === "log") p.logs.push(await key(words[1]));
      else if (words[0] === "export") p.exports.push(await key(words[1]));
      else if (words[0] === "witness") p.witnesses.set(words[1], await key(words[2]));
      else if (words[0] === "group") {
        const members = words.slice(3), count = { any: 1, all: members.length }[words[2]] || Number(words[2]);
        if (!(count >= 1 && count <= members.length) || !members.every(m => p.witnesses.has(m) || p.groups.has(m))) throw new Error(line);
        p.groups.set(words[1], { count, members });
      } else if (words[0] === "quorum" && p.quorum === null) p.quorum = words[1];
      else if (words[0] === "sm2") p.sm2 = true; // no browser has SM2: the page says that it was not checked
      else if (words[0] === "revoked") p.revoked.set((await key(words[1])).text, BigInt(words[2]));
      else if (words[0] === "timestamp" && /^[0-9a-f]{64}$/.test(words[2] || "")) p.authorities.set(words[1], words[2]);
      else throw new Error("a line of the policy is not understood: " + line);
    }
    if (p.quorum === null || (p.quorum !== "none" && !p.witnesses.has(p.quorum) && !p.groups.has(p.quorum))) throw new Error("the policy has no quorum");
    return p;
  }
  async function cosignatures(p, n) {
    const found = new Map();
    for (const [name, k] of p.witnesses) {
      const time = await signed(n, k);
      if (time !== null) found.set(name, time);
    }
    return found;
  }
  function enough(p, name, seen) {
    const group = p.groups.get(name);
    return group ? group.members.filter(m => enough(p, m, seen)).length >= group.count : seen.has(name);
  }

  /**
   * Which witnesses of this policy have seen a head that grew into this one, and of how many entries. Null where the policy asks for
   * none; an error says why it is not so.
   */
  async function witnessed(answer, head, policyText) {
    const p = await policy(policyText);
    if (p.quorum === "none") return null;
    if (!answer.witnessed) throw new Error("no witnessed head is given");
    const n = note(utf8.encode(answer.witnessed)), seen = checkpoint(n.text), names = await cosignatures(p, n);
    if (seen.origin !== head.origin || !enough(p, p.quorum, names)) throw new Error(`the head of size ${seen.size} has ${names.size} of its cosignatures`);
    if (!grew(seen, head, (answer.consistencyProof || []).map(unbase64))) throw new Error(`the witnesses saw another log than this one, at size ${seen.size}`);
    return { size: seen.size, names };
  }

  /** Verifies a package; returns what was checked and every fault. `progress` hears how many bytes were read. */
  async function verify(files, policyText, progress = () => {}) {
    const p = await policy(policyText), faults = [], fault = (code, path, detail) => faults.push({ code, path, detail });
    const read = async path => files.has(path) ? new Uint8Array(await files.get(path).arrayBuffer()) : null;
    let bytes = 0, streamed = 0;

    // The bag (RFC 8493).
    const declaration = await read("bagit.txt");
    const wanted = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
    if (!declaration || new TextDecoder().decode(declaration).replaceAll("\r\n", "\n") !== wanted) fault("VF-201", "bagit.txt", "");
    const listed = new Map();
    for (const kind of ["manifest", "tagmanifest"]) {
      const lists = {};
      for (const [algorithm, length] of [["sha256", 64], ["sha512", 128]]) {
        const name = `${kind}-${algorithm}.txt`, text = await read(name), list = lists[algorithm] = new Set();
        if (!text) { fault("VF-202", name, "missing"); continue; }
        for (const line of new TextDecoder().decode(text).split(/\r\n|\n|\r/)) {
          if (line === "") continue;
          const match = line.match(/^([0-9A-Fa-f]+)[ \t]+\*?(\S.*)$/);
          if (!match || match[1].length !== length) { fault("VF-202", name, "a line is not a digest and a path"); continue; }
          const path = match[2].replace(/%0[Aa]/g, "\n").replace(/%0[Dd]/g, "\r").replaceAll("%25", "%");
          const unsafe = /^[/~]|\\|^[A-Za-z]:/.test(path) || path.split("/").some(part => ["", ".", ".."].includes(part));
          if (unsafe || path.startsWith("data/") === (kind === "tagmanifest") || path.startsWith("tagmanifest-")) fault("VF-202", name, path);
          else if (list.has(path)) fault("VF-202", name, path);
          else {
            list.add(path);
            if (!listed.has(path)) listed.set(path, {});
            listed.get(path)[algorithm] = match[1].toLowerCase();
          }
        }
      }
      if (lists.sha256.size !== lists.sha512.size || [...lists.sha256].some(path => !lists.sha512.has(path))) fault("VF-202", kind, "the two lists differ");
    }
    for (const path of files.keys()) if (!listed.has(path) && !path.startsWith("tagmanifest-") && path !== "package.note" && path !== "package.sm2") fault("VF-204", path, "");
    const digests = new Map();
    for (const [path, promised] of listed) {
      const file = files.get(path);
      if (!file) { fault("VF-203", path, ""); continue; }
      let one, two = promised.sha512;
      if (file.size <= NATIVE_BYTES_MAX) {
        const all = await read(path);
        one = hex(await sha256(all));
        if (promised.sha512) two = hex(await digest("SHA-512", all));
        progress(bytes += file.size);
      } else {
        const hash = new Sha256();
        streamed++;
        for (let at = 0; at < file.size; at += SLICE_BYTES) {
          hash.update(new Uint8Array(await file.slice(at, at + SLICE_BYTES).arrayBuffer()));
          progress(bytes += Math.min(SLICE_BYTES, file.size - at));
        }
        one = hex(hash.end());
      }
      digests.set(path, one);
      if ((promised.sha256 && one !== promised.sha256) || (promised.sha512 && two !== promised.sha512)) fault("VF-205", path, "");
    }

    // The signature over the package.
    let exportId = null;
    try {
      const bytes = await read("package.note");
      if (!bytes) throw new Error("missing");
      const n = note(bytes), lines = n.text.split("\n"), formed = lines.length === 5 && lines[0] === "liuhen.org/package/v1";
      if (formed) exportId = lines[1];
      const own = await Promise.all(TAGS.map(async path => files.has(path) ? hex(await sha256(await read(path))) : null));
      if (!formed || lines[2] !== own[0] || lines[3] !== own[1]) fault("VF-206", "package.note", "made for other files");
      const signers = [];
      for (const k of p.exports) if (await signed(n, k)) signers.push(k);
      if (signers.length === 0) fault("VF-206", "package.note", "no trusted export key signed it");
      else if (signers.every(k => p.revoked.has(k.text))) fault("VF-210", "package.note", "");
    } catch (bad) { fault("VF-206", "package.note", bad.message); }

    // The items.
    async function head(n) {
      const c = checkpoint(n.text), signers = [];
      for (const k of p.logs) if (k.name === c.origin && await signed(n, k)) signers.push(k);
      if (signers.length === 0) fault("VF-101", c.origin, "");
      else if (signers.every(k => p.revoked.has(k.text) && c.size > p.revoked.get(k.text))) fault("VF-210", c.origin, "");
      if (p.quorum !== "none" && !enough(p, p.quorum, await cosignatures(p, n))) fault("VF-115", c.origin, `of ${c.size}`);
    }
    const items = [], heads = [];
    const folders = new Set([...files.keys()].map(path => path.match(/^data\/([^/]+)\//)).filter(Boolean).map(match => match[1]));
    folders.delete("timestamps");
    for (const id of [...folders].sort()) {
      const folder = `data/${id}/`, children = new Set();
      for (const path of files.keys()) if (path.startsWith(folder)) children.add(path.slice(folder.length).replace(/\/.*/, "/"));
      const originals = new Set([...files.keys()].filter(path => path.startsWith(folder + "original/")).map(path => path.slice(folder.length + 9).replace(/\/.*/, "/")));
      const one = originals.size === 1 && ![...originals][0].endsWith("/"), trail = await read(folder + "custody.jsonl");
      if (!ID.test(id)) fault("VF-208", folder, "not an evidence ID");
      const known = ["custody.jsonl", "custody.tlog-proof", "receipt.tlog-proof", "metadata.json", "original/"];
      for (const child of children) if (!known.includes(child)) fault("VF-208", folder + child, "");
      if (!trail || !one) fault("VF-208", folder, "incomplete");
      if (!trail) continue;

      const lines = [];
      for (let from = 0; from < trail.length;) {
        let end = trail.indexOf(10, from);
        if (end < 0) end = trail.length;
        lines.push(trail.subarray(from, end));
        from = end + 1;
      }
      const told = (code, i, detail) => fault(code, folder, `${i}: ${detail}`), found = follow(lines, id, told);
      await personal(found, told);
      const { entries, recordedAt, last, recorded, described, declared } = found;
      const end = last && last.eventType === "exported" ? last : null;
      items.push({ id, end, fileName: declared && declared.fileName, sha256: recorded, entries, recordedAt });
      if (!end || end.exportId !== exportId) fault("VF-209", folder, "");
      const original = one ? digests.get(folder + "original/" + [...originals][0]) : undefined;
      if (original !== undefined && (recorded === null || original !== recorded || (end && end.sha256 !== recorded))) fault("VF-109", folder, "");
      const metadata = await read(folder + "metadata.json");
      if ((metadata ? hex(await sha256(metadata)) : null) !== described) fault("VF-111", folder, "");
      for (const name of ["custody.tlog-proof", "receipt.tlog-proof"]) {
        const raw = await read(folder + name), ofTheEnd = name.startsWith("custody");
        if (!raw && !ofTheEnd) continue;
        try {
          if (!raw) throw new Error("missing");
          const pr = proof(raw), leaf = ofTheEnd ? lines[lines.length - 1] || new Uint8Array(0) : pr.extra;
          if (!leaf || !lines.some(line => same(line, leaf)) || !leads(pr, leaf)) fault("VF-116", folder + name, "");
          if (!ofTheEnd) { await head(pr.note); continue; }
          heads.push(pr.note);
          for (const [, time] of await cosignatures(p, pr.note)) if (recordedAt !== null && time < recordedAt - CLOCKS_MAY_DIFFER) fault("VF-212", folder + name, "");
        } catch (bad) { fault("VF-116", folder + name, bad.message); }
      }
    }
    const ids = items.map(item => item.id + "\n").sort().join(""), idsDigest = hex(await sha256(utf8.encode(ids)));
    for (const item of items) if (item.end && (item.end.items !== items.length || item.end.itemsSha256 !== idsDigest)) fault("VF-207", item.id, "");
    if (items.length === 0) fault("VF-207", "data", "no item");

    // The head and when it was there.
    const stamps = [];
    let trusted = p.authorities.size === 0;
    for (const path of [...files.keys()].filter(path => path.startsWith("data/timestamps/"))) {
      try {
        const stamp = await timestamp(await read(path), heads.length > 0 ? heads[0].text : "");
        const known = [...p.authorities.values()].includes(stamp.certificate);
        stamps.push({ ...stamp, known });
        trusted ||= known;
        if (known && items.some(item => item.recordedAt !== null && stamp.time < item.recordedAt - CLOCKS_MAY_DIFFER)) fault("VF-212", path, "");
      } catch (bad) { fault("VF-213", path, bad.message); }
    }
    if (!trusted) fault("VF-213", "data/timestamps/", "no authority of the policy");
    if (new Set(heads.map(n => n.text)).size > 1) fault("VF-211", "data", "");
    const seen = new Set();
    for (const n of heads) {
      const whole = JSON.stringify([n.text, n.signatures.map(s => [s.name, s.hash, hex(s.bytes)])]);
      if (!seen.has(whole)) { seen.add(whole); await head(n); }
    }
    return { exportId, items, faults, bytes, streamed, stamps, sm2Unchecked: p.sm2 === true || files.has("package.sm2"), files: files.size,
      head: heads.length > 0 ? checkpoint(heads[0].text) : null,
      cosignatures: heads.length > 0 ? await cosignatures(p, heads[0]) : new Map(),
      codes: [...new Set(faults.map(f => f.code))].sort() };
  }
  return { verify, chain, witnessed, statement, key, Sha256, hex };
})(STATES);
