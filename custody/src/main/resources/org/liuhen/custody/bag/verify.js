// Verifies an export package as docs/formats/bag.md says, with nothing but what a browser (or Node) brings: WebCrypto.
// `files` is a Map from path to a Blob; `states` is states.json, `forms` entry.schema.json. Nothing here reads the network.
const Liuhen = ((states, forms) => {
  "use strict";
  const TAGS = ["tagmanifest-sha256.txt", "tagmanifest-sha512.txt"], IN_NO_MANIFEST = ["package.note", "package.sm2", ...TAGS];
  const NATIVE_BYTES_MAX = 256 * 2 ** 20; // WebCrypto digests a whole buffer only; above this we stream, SHA-256 alone
  const SLICE_BYTES = 8 * 2 ** 20;
  const SECOND = 10n ** 9n, CLOCKS_MAY_DIFFER = 300n * SECOND, OWN_CLOCK_MAY_BE_BEHIND = 86400n * SECOND; // times are nanoseconds since 1970
  const SECONDS_MAX = 253402300799n; // the end of the year 9999
  const NOTE_BYTES_MAX = 1000000, EVENT_BYTES_MAX = 16 * 1024, DEPTH_MAX = 32;
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

  /** Base64 of a signature line: unused bits at its end may be set, as other implementations of notes take them. */
  function anyBase64(text) {
    if (text.length % 4 !== 0 || !/^[A-Za-z0-9+\/]*={0,2}$/.test(text)) throw new Error("not Base64 with its padding");
    return Uint8Array.from(atob(text), c => c.charCodeAt(0));
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

  // ---- Ed25519's curve (RFC 8032 §5.1): a key that is no point of the large prime order holds for one library and not for another
  const power = (base, exponent, p) => {
    let result = 1n;
    for (let b = base % p, e = exponent; e > 0n; e >>= 1n, b = b * b % p) if (e & 1n) result = result * b % p;
    return result;
  };
  const number = bytes => BigInt("0x" + (hex(bytes) || "0"));
  const P = 2n ** 255n - 19n, L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const D = (P - 121665n) * power(121666n, P - 2n, P) % P, ROOT = power(2n, (P - 1n) / 4n, P);
  const onCurve = new Map();
  function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
    const a = (y1 + P - x1) * (y2 + P - x2) % P, b = (y1 + x1) * (y2 + x2) % P, c = 2n * t1 * t2 % P * D % P, d = 2n * z1 * z2 % P;
    const e = b + P - a, f = d + P - c, g = d + c, h = b + a;
    return [e * f % P, g * h % P, f * g % P, e * h % P];
  }
  function isOfPrimeOrder(raw) {
    const y = number(Uint8Array.from(raw).reverse()) & (2n ** 255n - 1n), sign = BigInt(raw[31] >> 7);
    const x2 = (y * y + P - 1n) * power(D * y % P * y % P + 1n, P - 2n, P) % P;
    let x = power(x2, (P + 3n) / 8n, P);
    if (x * x % P !== x2) x = x * ROOT % P;
    if (raw.length !== 32 || y >= P || x * x % P !== x2 || (x === 0n && sign === 1n)) return false;
    if ((x & 1n) !== sign) x = P - x;
    let sum = [0n, 1n, 1n, 0n], p = [x, y, 1n, x * y % P];
    for (let n = L; n > 0n; n >>= 1n, p = add(p, p)) if (n & 1n) sum = add(sum, p);
    return !(x === 0n && y === 1n) && sum[0] === 0n && sum[1] === sum[2];
  }
  async function ed25519(raw) {
    const name = hex(raw);
    if (!onCurve.has(name)) onCurve.set(name, isOfPrimeOrder(raw));
    if (!onCurve.get(name)) throw new Error("not an Ed25519 key of the large prime order");
    return crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
  }
  /** Whether this key made this signature. A signature whose point R is the neutral one is none. */
  const holds = async (k, signature, message) => signature.length === 64 && !(signature[0] === 1 && signature.subarray(1, 32).every(b => b === 0))
    && crypto.subtle.verify("Ed25519", k, signature, message);

  // ---- SM2 with SM3 (GB/T 32905, 32918.2 and 32918.5), for package.sm2
  function sm3(bytes) {
    const rot = (x, n) => x << (n & 31) | x >>> (32 - n & 31), v = new Int32Array(
      [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e]);
    const all = new Uint8Array((bytes.length + 72) & ~63), view = new DataView(all.buffer), w = new Int32Array(68);
    all.set(bytes);
    all[bytes.length] = 0x80;
    view.setBigUint64(all.length - 8, BigInt(bytes.length) * 8n);
    for (let at = 0; at < all.length; at += 64) {
      for (let j = 0; j < 16; j++) w[j] = view.getInt32(at + 4 * j);
      for (let j = 16; j < 68; j++) {
        const x = w[j - 16] ^ w[j - 9] ^ rot(w[j - 3], 15);
        w[j] = x ^ rot(x, 15) ^ rot(x, 23) ^ rot(w[j - 13], 7) ^ w[j - 6];
      }
      let [a, b, c, d, e, f, g, h] = v;
      for (let j = 0; j < 64; j++) {
        const s1 = rot(rot(a, 12) + e + rot(j < 16 ? 0x79cc4519 : 0x7a879d8a, j) | 0, 7), s2 = s1 ^ rot(a, 12);
        const t1 = (j < 16 ? a ^ b ^ c : a & b | a & c | b & c) + d + s2 + (w[j] ^ w[j + 4]) | 0;
        const t2 = (j < 16 ? e ^ f ^ g : e & f | ~e & g) + h + s1 + w[j] | 0;
        d = c; c = rot(b, 9); b = a; a = t1; h = g; g = rot(f, 19); f = e; e = t2 ^ rot(t2, 9) ^ rot(t2, 17);
      }
      [a, b, c, d, e, f, g, h].forEach((x, i) => { v[i] ^= x; });
    }
    const out = new DataView(new ArrayBuffer(32));
    v.forEach((x, i) => out.setInt32(4 * i, x));
    return new Uint8Array(out.buffer);
  }
  const SM2_KEY = unhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004"), SM2_BYTES = 91;
  const SM2 = { p: 2n ** 256n - 2n ** 224n - 2n ** 96n + 2n ** 64n - 1n, n: 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123n,
    b: 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93n,
    g: [0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7n, 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0n] };
  function sm2Add(a, b) {
    const { p } = SM2;
    if (!a || !b) return a || b;
    if (a[0] === b[0] && (a[1] + b[1]) % p === 0n) return null;
    const [over, under] = a[0] === b[0] ? [3n * a[0] * a[0] + p - 3n, 2n * a[1]] : [b[1] + p - a[1], b[0] + p - a[0]];
    const slope = over % p * power(under, p - 2n, p) % p, x = (slope * slope + 2n * p - a[0] - b[0]) % p;
    return [x, (slope * (a[0] + p - x) + p - a[1]) % p];
  }
  function sm2Times(n, point) {
    let sum = null;
    for (let k = n, q = point; k > 0n; k >>= 1n, q = sm2Add(q, q)) if (k & 1n) sum = sm2Add(sum, q);
    return sum;
  }
  const bytes32 = n => unhex(n.toString(16).padStart(64, "0"));
  function sm2Verifies(spki, message, signature) {
    const { p, n, b, g } = SM2, own = spki.subarray(SM2_KEY.length), point = [number(own.subarray(0, 32)), number(own.subarray(32))], [x, y] = point;
    if (x >= p || y >= p || (y * y - x * x * x + 3n * x - b) % p !== 0n) return false;
    const integer = value => { // as DER writes it
      let digits = value.toString(16);
      digits = digits.padStart(digits.length + digits.length % 2, "0");
      const raw = unhex((parseInt(digits.slice(0, 2), 16) > 127 ? "00" : "") + digits);
      return concat(Uint8Array.of(2, raw.length), raw);
    };
    const [first, second] = der(signature).list(), r = number(first.body), s = number(second.body), both = concat(integer(r), integer(s));
    if (r === 0n || s === 0n || r >= n || s >= n || !same(signature, concat(Uint8Array.of(0x30, both.length), both))) return false;
    const z = sm3(concat(Uint8Array.of(0, 128), utf8.encode("1234567812345678"), ...[p - 3n, b, ...g, x, y].map(bytes32)));
    const e = number(sm3(concat(z, message))), t = (r + s) % n;
    const sum = t === 0n ? null : sm2Add(sm2Times(s, g), sm2Times(t, point));
    return sum !== null && (e + sum[0]) % n === r;
  }

  // ---- keys and notes (C2SP signed-note, tlog-cosignature)
  const KEY_NAME = /^[^+\p{White_Space}]+$/u;
  async function key(text) {
    const parts = text.split("+"), bytes = unbase64(parts.slice(2).join("+")), name = parts[0];
    if (!KEY_NAME.test(name) || bytes.length !== 33 || (bytes[0] !== 1 && bytes[0] !== 4)) throw new Error("not an Ed25519 verifier key");
    const hash = hex((await sha256(concat(utf8.encode(name + "\n"), bytes))).subarray(0, 4));
    if (hash !== parts[1]) throw new Error("the key's hash does not belong to its name and key");
    return { name, hash, text, cosigns: bytes[0] === 4, raw: hex(bytes.subarray(1)), key: await ed25519(bytes.subarray(1)) };
  }
  function note(bytes) {
    const text = decoded(bytes), end = text.lastIndexOf("\n\n");
    if (bytes.length > NOTE_BYTES_MAX || end < 0 || !text.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(text)) throw new Error("not a signed note");
    const signatures = text.slice(end + 2).split("\n").slice(0, -1).map(line => {
      const words = line.split(" ");
      if (words.length !== 3 || words[0] !== "\u2014" || !KEY_NAME.test(words[1])) throw new Error("not a signature line");
      const signature = anyBase64(words[2]);
      if (signature.length < 5) throw new Error("a signature that is too short");
      return { name: words[1], hash: hex(signature.subarray(0, 4)), bytes: signature.subarray(4) };
    });
    if (signatures.length < 1 || signatures.length > 100) throw new Error("a note has 1 to 100 signatures");
    return { text: text.slice(0, end + 1), signatures };
  }
  /** Whether this key signed, or when it cosigned first (milliseconds since 1970); false or null where it did not, or where a line that names it does not hold. */
  async function signed(n, k) {
    const none = k.cosigns ? null : false;
    let first = null;
    for (const s of n.signatures) {
      if (s.name !== k.name || s.hash !== k.hash) continue;
      if (s.bytes.length !== (k.cosigns ? 72 : 64)) return none;
      const time = k.cosigns ? new DataView(s.bytes.buffer, s.bytes.byteOffset).getBigUint64(0) : 0n;
      const text = k.cosigns ? `cosignature/v1\ntime ${time}\n${n.text}` : n.text;
      if (time > SECONDS_MAX || !await holds(k.key, s.bytes.subarray(k.cosigns ? 8 : 0), utf8.encode(text))) return none;
      if (first === null || Number(time) * 1000 < first) first = Number(time) * 1000;
    }
    return first === null ? none : !k.cosigns || first;
  }
  function checkpoint(text) {
    const lines = text.split("\n");
    if (lines.length < 4 || !lines[0] || lines.slice(3, -1).includes("") || !/^(0|[1-9][0-9]{0,17})$/.test(lines[1])) throw new Error("not a checkpoint");
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
  const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z$/;
  /** Nanoseconds since 1970; null where there is no such day. */
  function nanos(text) {
    const [, year, month, day, hour, minute, second, part = ""] = TIME.exec(text), at = Date.UTC(year, month - 1, day, hour, minute, second);
    return new Date(at).getUTCDate() === Number(day) ? BigInt(at) * 1000000n + BigInt(part.padEnd(9, "0")) : null;
  }
  /** What the schema cannot say: how members of one object agree (docs/formats/log.md). */
  const AGREE = {
    CaptureClaims: c => (c.captureStart == null || c.captureEnd == null || nanos(c.captureStart) <= nanos(c.captureEnd))
      && (c.recordingId == null) === (c.segment == null) && (c.segmentCount == null || (c.segment != null && c.segment <= c.segmentCount)),
    CaptureTime: c => nanos(c.earliest) <= nanos(c.latest),
    DispatchRecord: d => {
      const from = nanos(d.dispatchedAt), last = from + 7n * 86400n * SECOND, to = d.clearedAt == null ? from : nanos(d.clearedAt);
      const officers = new Set(d.officerNos).size, devices = new Set(d.deviceSerials).size;
      return officers <= 64 && devices <= 64 && officers + devices > 0 && last < (SECONDS_MAX + 1n) * SECOND && from <= to && to <= last;
    },
    Place: p => p.west <= p.east && p.south <= p.north,
  };
  const patterns = new Map();
  const has = (object, name) => Object.hasOwn(object, name) && object[name] !== null;
  /** Whether a value has this form, of the part of JSON Schema that entry.schema.json uses. */
  function fits(form, value) {
    if (form.$ref) {
      const name = form.$ref.slice("#/$defs/".length);
      return fits(forms.$defs[name], value) && (!Object.hasOwn(AGREE, name) || AGREE[name](value));
    }
    if (form.anyOf) return form.anyOf.some(one => fits(one, value));
    if (form.const !== undefined) return value === form.const;
    if (form.enum) return form.enum.includes(value);
    switch (form.type) {
      case "null": return value === null;
      case "boolean": return typeof value === "boolean";
      case "integer": return Number.isInteger(value) && value >= form.minimum && value <= form.maximum;
      case "array": return Array.isArray(value) && value.every(one => fits(form.items, one));
      case "object": return value !== null && typeof value === "object" && !Array.isArray(value) && form.required.every(name => has(value, name))
        && Object.entries(form.properties).every(([name, own]) => !Object.hasOwn(value, name) || fits(own, value[name]));
      default:
    }
    if (form.type !== "string" || typeof value !== "string") return false;
    if (form.pattern && !patterns.has(form.pattern)) patterns.set(form.pattern, new RegExp(form.pattern, "u"));
    return (!form.pattern || patterns.get(form.pattern).test(value)) && (form.maxLength === undefined || [...value].length <= form.maxLength)
      && (form.format !== "nfc" || value.normalize("NFC") === value) && (form.format !== "date-time" || nanos(value) !== null);
  }
  /** No half of a character, no U+0000, and not too deep. */
  function readable(value, depth) {
    if (typeof value === "string") return !/[\0\ud800-\udfff]/u.test(value);
    return value === null || typeof value !== "object"
      || (depth < DEPTH_MAX && Object.keys(value).every(name => readable(name, 0) && readable(value[name], depth + 1)));
  }
  function entry(line) {
    const text = decoded(line), e = JSON.parse(text);
    if (!readable(e, 0) || canonical(e) !== text) throw new Error("not canonical JSON");
    const { event, itemSequence, previous, recordedAt } = forms.properties, own = e && e.event, kind = own && own.eventType;
    if (!rules.has(kind) || !fits({ $ref: event.$ref.replace(/event$/, kind) }, own) || utf8.encode(canonical(own)).length > EVENT_BYTES_MAX
        || !fits(itemSequence, e.itemSequence) || !fits(recordedAt, e.recordedAt) || (e.itemSequence === 0) !== (e.previous === undefined)
        || (e.previous !== undefined && !fits(previous, e.previous))) throw new Error("not an entry");
    return e;
  }
  /** What the codes of a unit and of those below it begin with. */
  const prefix = code => code.replace(/(?:00)+$/, "");
  /** Whether a unit is this office or below it; the whole site is no office. */
  const within = (unit, office) =>
    typeof unit === "string" && typeof office === "string" && prefix(office) !== "" && prefix(unit).startsWith(prefix(office));
  function step(state, event) {
    const rule = rules.get(event.eventType), { id, unitCode } = event.context.actor, k = rule.key ? event[rule.key] : "";
    const open = name => state.open.get(name) || new Map();
    const met = check => check.any ? check.any.some(met)
      : check.phase ? check.phase.includes(state.phase)
      : check.present ? open(check.present).has(k)
      : check.absent ? !open(check.absent).has(k)
      : check.empty ? open(check.empty).size === 0
      : check.otherThan ? open(check.otherThan).get(k) !== id
      : check.within ? within(unitCode, open(check.within).get(k))
      : open(check.sameAs).get(k) === id;
    const broken = rule.checks.find(check => !met(check));
    if (broken) return broken;
    for (const effect of rule.then) {
      if (effect.phase) state.phase = effect.phase;
      else if (effect.put) state.open.set(effect.put, open(effect.put).set(k, effect.value === "actor" ? id : event[effect.value]));
      else open(effect.remove).delete(k);
    }
    return null;
  }

  /** What a person signs with a key of his own: canonical JSON of who, which item, what, why, and what he had checked last. */
  function statement(actor, evidenceId, event, purpose, seen) {
    const said = { actor, evidenceId: evidenceId === undefined ? null : evidenceId, event, seen };
    if (purpose !== undefined) said.purpose = purpose;
    return utf8.encode(`liuhen.org/personal-signature/v1\n${canonical(said)}`);
  }
  /** Looks at each personal signature of a chain that was followed: it is good, and what its person saw is of this chain. */
  async function personal(found, fault) {
    for (const [i, event] of found.signed) {
      let good = false;
      try {
        const { context, signature, ...own } = event, k = await ed25519(unbase64(signature.publicKey));
        good = found.leaves.slice(0, i).includes(signature.seen)
          && await holds(k, unbase64(signature.value), statement(context.actor.id, context.evidenceId, own, context.purpose, signature.seen));
      } catch (bad) { if (bad.name === "NotSupportedError") throw bad; }
      if (!good) fault("VF-118", i, event.context.actor.id);
    }
  }

  /**
   * Follows a chain from its beginning: each entry canonical, after the one before, and allowed. `fault` hears what is not. Where the time is
   * given (a package), nothing may have happened after it was recorded, nor be recorded after now.
   */
  function follow(lines, id, fault, now = null) {
    const state = { phase: "NONE", open: new Map() };
    const found = { entries: [], recordedAt: null, last: null, recorded: null, described: null, declared: null, signed: [], leaves: [] };
    let previous = null;
    for (let i = 0; i < lines.length; i++) {
      try {
        const e = entry(lines[i]), event = e.event;
        found.entries.push(e);
        const expected = previous === null ? undefined : hex(previous);
        if (e.itemSequence !== i || (event.context.evidenceId || "log") !== id || e.previous !== expected) fault("VF-107", i, "");
        const time = nanos(e.recordedAt);
        if (found.recordedAt !== null && time < found.recordedAt - CLOCKS_MAY_DIFFER) fault("VF-212", i, "");
        if (now !== null && nanos(event.context.occurredAt) > time + CLOCKS_MAY_DIFFER) fault("VF-212", i, `it happened at ${event.context.occurredAt}, after it was recorded`);
        if (now !== null && time > now + OWN_CLOCK_MAY_BE_BEHIND) fault("VF-212", i, `recorded at ${e.recordedAt}, and the clock here is before that`);
        found.recordedAt = time;
        const refused = step(state, event);
        if (refused) fault("VF-108", i, `${refused.code} ${refused.reason}`);
        found.last = event;
        if (has(event, "signature") && forms.$defs[event.eventType].properties.signature) found.signed.push([i, event]);
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
      const n = note(utf8.encode(answer.checkpoint)), k = await key(keyText.trim());
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
      const count = length & 0x7f, first = bytes[from];
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + bytes[from + i];
      if (count === 0 || count > 4 || first === 0 || length < 0x80) throw new Error("a length that DER does not write so");
      from += count;
    }
    const end = from + length;
    if (!(end <= bytes.length) || (bytes[at] & 31) === 31) throw new Error("not DER, or cut");
    const node = { tag: bytes[at], all: bytes.subarray(at, end), body: bytes.subarray(from, end), end };
    node.list = () => {
      const list = [];
      for (let p = 0; p < node.body.length; p = list[list.length - 1].end) list.push(der(node.body, p));
      return list;
    };
    return node;
  }
  const OIDS = { "608648016503040201": "SHA-256", "608648016503040202": "SHA-384", "608648016503040203": "SHA-512" };
  const MESSAGE_DIGEST = "2a864886f70d010904", SIGNING_CERTIFICATE = "2a864886f70d010910020c", SIGNING_CERTIFICATE_V2 = "2a864886f70d010910022f", EC_KEY = "2a8648ce3d0201";
  const RSA = "2a864886f70d010101", RSA_HASH = { "2a864886f70d01010b": "SHA-256", "2a864886f70d01010c": "SHA-384", "2a864886f70d01010d": "SHA-512" };
  const ECDSA_HASH = { "2a8648ce3d040302": "SHA-256", "2a8648ce3d040303": "SHA-384", "2a8648ce3d040304": "SHA-512" };
  const TSP = { signedData: "06092a864886f70d010702", tstInfo: "060b2a864886f70d0109100104", stamping: "06082b06010505070308", usage: "0603551d25" };
  function asn1Time(node) {
    const t = decoded(node.body).match(/^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d(?:\.\d+)?)Z$/), short = node.tag === 0x17;
    if (!t || (t[1].length === 2) !== short) throw new Error("not a time");
    return Date.parse(`${short ? (t[1] < "50" ? "20" : "19") : ""}${t[1]}-${t[2]}-${t[3]}T${t[4]}:${t[5]}:${t[6]}Z`);
  }
  /** A timestamp whose every part is of one form: what its signature does not cover could else be changed, and be read in two ways. */
  async function timestamp(bytes, headText) {
    const need = (good, what) => { if (!good) throw new Error(what); }, is = (node, text) => node !== undefined && hex(node.all) === text;
    const tags = (list, ...wanted) => need(hex(list.map(node => node.tag)) === hex(wanted), "a timestamp of another form");
    const algorithm = (node, oids) => { // an OID, alone or with NULL
      const [oid, ...rest] = node.list();
      need(oid.tag === 6 && (rest.length === 0 || (rest.length === 1 && is(rest[0], "0500"))), "an algorithm of another form");
      return oids[hex(oid.body)];
    };
    const response = der(bytes), [status, token, ...none] = response.list();
    need(response.end === bytes.length && response.tag === 0x30 && none.length === 0 && token, "not a granted timestamp");
    tags([status, token], 0x30, 0x30);
    need(/^02010[01]$/.test(hex(status.list()[0].all)), "the authority did not grant a timestamp");
    const [contentType, wrapped] = token.list();
    tags(token.list(), 6, 0xa0);
    tags(wrapped.list(), 0x30);
    const data = wrapped.list()[0].list(), [version, hashes, encapsulated, certificates, signers] = data;
    tags(data, 2, 0x31, 0x30, 0xa0, 0x31);
    tags(encapsulated.list(), 6, 0xa0);
    tags(encapsulated.list()[1].list(), 4);
    tags(hashes.list(), 0x30);
    tags(signers.list(), 0x30);
    const content = encapsulated.list()[1].list()[0].body, info = der(content).list(), imprint = info[2].list();
    const signer = signers.list()[0].list(), [signerVersion, sid, signerHash, attributes, signerAlgorithm] = signer;
    tags(signer, 2, 0x30, 0x30, 0xa0, 0x30, 4);
    need(is(contentType, TSP.signedData) && is(version, "020103") && is(encapsulated.list()[0], TSP.tstInfo) && is(signerVersion, "020101"), "a timestamp of another form");
    need(OIDS[hex(imprint[0].list()[0].body)] === "SHA-256" && same(imprint[1].body, await sha256(utf8.encode(headText))), "the timestamp is for another head");
    const parts = c => { const t = c.list()[0].list(); return t[0].tag === 0xa0 ? t.slice(1) : t; };
    const [issuer, serial] = sid.list(), fitting = certificates.list().filter(c => same(parts(c)[0].all, serial.all) && same(parts(c)[2].all, issuer.all));
    need(sid.list().length === 2 && fitting.length > 0 && fitting.every(c => same(c.all, fitting[0].all)), "the certificate that signed is not in the timestamp");
    const certificate = fitting[0], tbs = parts(certificate), hash = algorithm(signerHash, OIDS);
    need(hash && algorithm(hashes.list()[0], OIDS) === hash, "a digest of another kind");
    const attribute = oid => attributes.list().find(a => hex(a.list()[0].body) === oid)?.list()[1].list()[0];
    need(same(attribute(MESSAGE_DIGEST).body, await digest(hash, content)), "the timestamp was changed");
    const v2 = attribute(SIGNING_CERTIFICATE_V2), named = (v2 || attribute(SIGNING_CERTIFICATE)).list()[0].list()[0].list(); // RFC 5035
    const certificateHash = !v2 ? "SHA-1" : named[0].tag === 0x30 ? OIDS[hex(named[0].list()[0].body)] : "SHA-256";
    need(same(named[v2 && named[0].tag === 0x30 ? 1 : 0].body, await digest(certificateHash, certificate.all)), "another certificate than the signer names");
    const usage = tbs.find(node => node.tag === 0xa3)?.list()[0].list().map(node => node.list()).find(node => is(node[0], TSP.usage));
    need(usage && is(usage[1], "0101ff") && hex(der(usage[2].body).body) === TSP.stamping, "a certificate that is not for timestamps alone");
    const time = asn1Time(info[4]), [from, to] = tbs[3].list().map(asn1Time);
    need(from <= time && time <= to, "the certificate did not hold at that time");
    const spki = tbs[5];
    const ec = hex(spki.list()[0].list()[0].body) === EC_KEY;
    const by = algorithm(signerAlgorithm, ec ? ECDSA_HASH : { ...RSA_HASH, [RSA]: hash });
    need(by === hash, "a signature of another kind");
    const curve = ec ? { "2a8648ce3d030107": "P-256", "2b81040022": "P-384" }[hex(spki.list()[0].list()[1].body)] : "";
    let signature = signer[5].body;
    if (ec) signature = concat(...der(signature).list().map(n => {
      const raw = n.body[0] === 0 ? n.body.subarray(1) : n.body, width = curve === "P-256" ? 32 : 48;
      return concat(new Uint8Array(width - raw.length), raw);
    }));
    const how = ec ? { name: "ECDSA", namedCurve: curve, hash: by } : { name: "RSASSA-PKCS1-v1_5", hash: by };
    const k = await crypto.subtle.importKey("spki", spki.all, how, false, ["verify"]);
    const message = concat(Uint8Array.of(0x31), attributes.all.subarray(1));
    need(await crypto.subtle.verify(how, k, signature, message), "the timestamp's signature is not good");
    return { time, certificate: hex(await sha256(certificate.all)) };
  }

  // ---- policies (docs/formats/receipt.md)
  const LINES = { log: [2, 3, 2], export: [2, 2], witness: [3, 4, 3], group: [4, Infinity], quorum: [2, 2], revoked: [3, 3], timestamp: [3, 4, 3], sm2: [2, 2] };
  const URL_FORM = /^https?:\/\/(?:[A-Za-z0-9._-]+|\[(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}]|\[::1])(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._~!$&'()*+,;=:@\/-]*)?$/;
  async function policyLine(p, words) {
    const [word, name, third] = words, [least, most, url] = Object.hasOwn(LINES, word) ? LINES[word] : [1, 0];
    const known = n => n === "none" || p.witnesses.has(n) || p.groups.has(n), need = (good, what) => { if (!good) throw new Error(what); };
    const ofKind = async (text, cosigns) => { const k = await key(text); need(k.cosigns === cosigns, "a key for another kind of line"); return k; };
    need(words.length >= least && words.length <= most, "not a line of a policy");
    need(!url || words.length <= url || URL_FORM.test(words[url]), "not a URL of http or https");
    if (word === "log") {
      const k = await ofKind(name, false);
      need(!p.logs.some(other => other.raw === k.raw), "two logs have one key");
      p.logs.push(k);
    }
    else if (word === "export") p.exports.push(await ofKind(name, false));
    else if (word === "witness") {
      const k = await ofKind(third, true);
      need(!known(name) && ![...p.witnesses.values()].some(other => other.raw === k.raw), "two witnesses have one name or one key");
      p.witnesses.set(name, k);
    } else if (word === "group") {
      const members = words.slice(3), count = third === "any" ? 1 : third === "all" ? members.length : /^[1-9][0-9]{0,8}$/.test(third) ? Number(third) : 0;
      need(!known(name) && count >= 1 && count <= members.length, "not a group");
      for (const member of members) {
        need(member !== "none" && known(member) && !p.members.has(member), "a member is not known, or stands twice: it would count twice");
        p.members.add(member);
      }
      p.groups.set(name, { count, members });
    } else if (word === "quorum") {
      need(p.quorum === null && known(name), "not the one quorum of a witness or group above, or none");
      p.quorum = name;
    } else if (word === "revoked") {
      const k = await key(name);
      need(/^(0|[1-9][0-9]{0,17})$/.test(third) && !p.revoked.has(k.text), "not a size, or revoked twice");
      p.revoked.set(k.text, BigInt(third));
    } else if (word === "timestamp") {
      need(/^[0-9a-f]{64}$/.test(third) && !p.authorities.has(name), "not a digest, or two of one name");
      p.authorities.set(name, third);
    } else {
      const spki = unbase64(name);
      need(spki.length === SM2_BYTES && same(spki.subarray(0, SM2_KEY.length), SM2_KEY), "not an SM2 key");
      p.sm2.push(spki);
    }
  }
  async function policy(text) {
    const p = { logs: [], exports: [], witnesses: new Map(), groups: new Map(), members: new Set(), quorum: null, revoked: new Map(), authorities: new Map(), sm2: [] };
    for (const [i, line] of text.split("\n").entries()) {
      const words = line.split(/[ \t]+/).filter(word => word !== "");
      try {
        if (/[\x00-\x08\x0b-\x1f\x7f]/.test(line)) throw new Error("a control character; lines end with LF alone");
        if (words.length > 0 && !words[0].startsWith("#")) await policyLine(p, words);
      } catch (bad) {
        if (bad.name === "NotSupportedError") throw bad;
        throw new Error(`PL-101 line ${i + 1} of the policy: ${bad.message}`);
      }
    }
    if (p.quorum === null) throw new Error("PL-102 the policy has no line quorum NAME");
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

  /**
   * A head as a log publishes it, whether this policy trusts it (null where none is given), whether one of the policy's logs signs it, be it
   * witnessed or not, and which of its witnesses have seen it, and when.
   */
  async function published(bytes, policyText) {
    const n = note(bytes), head = checkpoint(n.text);
    if (!policyText) return { head, trusted: null, signs: false, names: new Map() };
    const p = await policy(policyText), names = await cosignatures(p, n);
    let signs = false;
    for (const k of p.logs) if (k.name === head.origin && !(p.revoked.has(k.text) && head.size > p.revoked.get(k.text)) && await signed(n, k)) signs = true;
    return { head, trusted: signs && (p.quorum === "none" || enough(p, p.quorum, names)), signs, names };
  }

  /** Verifies a package; returns what was checked and every fault. `progress` hears how many bytes were read; `now` is in milliseconds since 1970. */
  async function verify(files, policyText, progress = () => {}, now = Date.now()) {
    const today = BigInt(Math.trunc(now)) * 1000000n;
    const p = await policy(policyText), faults = [], fault = (code, path, detail) => faults.push({ code, path, detail });
    const read = async path => files.has(path) ? new Uint8Array(await files.get(path).arrayBuffer()) : null;
    let bytes = 0, streamed = 0;

    // The bag (RFC 8493).
    const declaration = await read("bagit.txt");
    const wanted = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
    if (!declaration || new TextDecoder("utf-8", { ignoreBOM: true }).decode(declaration).replaceAll("\r\n", "\n") !== wanted) fault("VF-201", "bagit.txt", "");
    const listed = new Map();
    for (const kind of ["manifest", "tagmanifest"]) {
      const lists = {};
      for (const [algorithm, length] of [["sha256", 64], ["sha512", 128]]) {
        const name = `${kind}-${algorithm}.txt`, raw = await read(name), list = lists[algorithm] = new Set();
        let text = null;
        try { text = raw && decoded(raw); } catch { /* not UTF-8 */ }
        if (text === null || text.startsWith("\ufeff")) { fault("VF-202", name, "missing, not UTF-8, or with a byte order mark"); continue; }
        for (const line of text.split(/\r\n|\n|\r/)) {
          if (line === "") continue;
          const match = line.match(/^([0-9A-Fa-f]+)[ \t]+\*?([^ \t][^\n\r]*)$/);
          if (!match || match[1].length !== length) { fault("VF-202", name, "a line is not a digest and a path"); continue; }
          const path = match[2].replace(/%0[Aa]/g, "\n").replace(/%0[Dd]/g, "\r").replaceAll("%25", "%");
          const unsafe = /^[/~]|\\|^[A-Za-z]:/.test(path) || path.split("/").some(part => ["", ".", ".."].includes(part));
          if (unsafe || path.startsWith("data/") === (kind === "tagmanifest") || path.startsWith("tagmanifest-") || path === "fetch.txt" || IN_NO_MANIFEST.includes(path)) fault("VF-202", name, path);
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
    for (const path of files.keys()) if (!listed.has(path) && !IN_NO_MANIFEST.includes(path)) fault("VF-204", path, "");
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
      const sm2 = await read("package.sm2");
      if (sm2 || p.sm2.length > 0) {
        let good = false;
        try {
          const text = Array.from(sm2, b => String.fromCharCode(b)).join(""), signature = unbase64(text.replace(/\n$/, ""));
          good = p.sm2.some(k => sm2Verifies(k, bytes, signature));
        } catch { /* missing, or not a signature */ }
        if (!good) fault("VF-206", "package.sm2", "no SM2 key of the policy signed the package");
      }
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
    /** Nobody can have seen a head before its last entry was recorded, nor after now. */
    function seenAt(path, millis, recordedAt) {
      const time = BigInt(millis) * 1000000n;
      if ((recordedAt !== null && time < recordedAt - CLOCKS_MAY_DIFFER) || time > today + OWN_CLOCK_MAY_BE_BEHIND) fault("VF-212", path, "");
    }
    const items = [], heads = [];
    const folders = new Set([...files.keys()].map(path => path.match(/^data\/([^/]+)\//)).filter(Boolean).map(match => match[1]));
    folders.delete("timestamps");
    for (const id of [...folders].sort()) {
      const folder = `data/${id}/`, children = new Set();
      for (const path of files.keys()) if (path.startsWith(folder)) children.add(path.slice(folder.length).replace(/\/[^]*/, "/"));
      const originals = new Set([...files.keys()].filter(path => path.startsWith(folder + "original/")).map(path => path.slice(folder.length + 9).replace(/\/[^]*/, "/")));
      const one = originals.size === 1 && ![...originals][0].endsWith("/"), trail = await read(folder + "custody.jsonl");
      if (!fits(forms.$defs.EventContext.properties.evidenceId, id)) fault("VF-208", folder, "not an evidence ID");
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
      const told = (code, i, detail) => fault(code, folder, `${i}: ${detail}`), found = follow(lines, id, told, today);
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
          if (ofTheEnd && pr.extra !== null) fault("VF-116", folder + name, "it has an extra line");
          if (!leaf || !lines.some(line => same(line, leaf)) || !leads(pr, leaf)) fault("VF-116", folder + name, "");
          if (!ofTheEnd) { await head(pr.note); continue; }
          heads.push(pr.note);
          for (const [, time] of await cosignatures(p, pr.note)) seenAt(folder + name, time, recordedAt);
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
        if (path.split("/").length > 3) throw new Error("a folder");
        const stamp = await timestamp(await read(path), heads.length > 0 ? heads[0].text : "");
        const known = [...p.authorities.values()].includes(stamp.certificate);
        stamps.push({ ...stamp, known });
        trusted ||= known;
        if (known) for (const item of items) seenAt(path, stamp.time, item.recordedAt);
      } catch (bad) { fault("VF-213", path, bad.message); }
    }
    if (!trusted) fault("VF-213", "data/timestamps/", "no authority of the policy");
    if (new Set(heads.map(n => n.text)).size > 1) fault("VF-211", "data", "");
    const seen = new Set();
    for (const n of heads) {
      const whole = JSON.stringify([n.text, n.signatures.map(s => [s.name, s.hash, hex(s.bytes)])]);
      if (!seen.has(whole)) { seen.add(whole); await head(n); }
    }
    return { exportId, items, faults, bytes, streamed, stamps, files: files.size,
      head: heads.length > 0 ? checkpoint(heads[0].text) : null,
      cosignatures: heads.length > 0 ? await cosignatures(p, heads[0]) : new Map(),
      codes: [...new Set(faults.map(f => f.code))].sort() };
  }
  return { verify, chain, witnessed, published, nodeHash, statement, key, decoded, Sha256, hex };
})(STATES, FORMS);
