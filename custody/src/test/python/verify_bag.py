#!/usr/bin/env python3
"""Verifies an export package after docs/formats/bag.md, with Python's standard library alone.

It shares no code with Liuhen and is no product: it shows that the page suffices. It is slow, but it names every fault.
usage: verify_bag.py FOLDER POLICY      FOLDER is an unpacked package, POLICY the file with the keys that you trust, which came by another way.
                                        Says "verified", or each fault by its code (docs/formats/bag.md). Exit code 0: verified; 1: faults;
                                        2: it could not be read. It needs two files of this source repository, which it finds by itself:
                                        custody/src/main/resources/org/liuhen/custody/event/states.json, docs/formats/entry.schema.json
For tests, the two files named, and codes alone:
       verify_bag.py STATES.JSON ENTRY.SCHEMA.JSON (FOLDER POLICY)...      a line per package: the codes of its faults
       verify_bag.py STATES.JSON ENTRY.SCHEMA.JSON -                       packages on the standard input, a JSON object a line: the files
                                                                           and the policy, each in Base64
"""
import base64, datetime, functools, hashlib, json, math, os, re, sys, time as clock, unicodedata  # noqa: E401

SECOND = 10**9  # times are nanoseconds since 1970
CLOCKS_MAY_DIFFER, OWN_CLOCK_MAY_BE_BEHIND = 300 * SECOND, 86400 * SECOND
SECONDS_MAX = 253402300799
EXACT_MAX, NOTE_BYTES_MAX, EVENT_BYTES_MAX, DEPTH_MAX = 2**53, 1000000, 16 * 1024, 32
IN_NO_MANIFEST = ("package.note", "package.sm2", "tagmanifest-sha256.txt", "tagmanifest-sha512.txt")
sha256 = lambda *parts: hashlib.sha256(b"".join(parts)).digest()


class Bad(Exception):
    pass


# ---- Ed25519 (RFC 8032 §5.1.7)
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, p):
    q = (0, 1, 1, 0)
    while n:
        q, p, n = add(q, p) if n & 1 else q, add(p, p), n >> 1
    return q


def point(raw):
    y, sign = int.from_bytes(raw, "little") & (2**255 - 1), raw[31] >> 7
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT % P
    if y >= P or (x * x - x2) % P or (x == 0 and sign):
        raise Bad("not a point")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


@functools.lru_cache(maxsize=20000)
def of_prime_order(raw):
    """The point, if it is one of the large prime order: else some libraries say that a signature holds, and others not."""
    p = point(raw)
    q = times(L, p)
    if len(raw) != 32 or p[:2] == (0, 1) or q[0] % P or (q[1] - q[2]) % P:
        raise Bad("not a point of the large prime order")
    return p


@functools.lru_cache(maxsize=50)
def doubles(p):
    """p, 2p, 4p and so on: keys come again and again."""
    all_ = [p]
    while len(all_) < 256:
        all_.append(add(all_[-1], all_[-1]))
    return all_


def fast_times(n, p):
    q = (0, 1, 1, 0)
    for i, double in enumerate(doubles(p)):
        q = add(q, double) if n >> i & 1 else q
    return q


@functools.lru_cache(maxsize=20000)
def ed25519(key, message, signature):
    try:
        a, r, s = of_prime_order(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    except Bad:
        return False
    if len(signature) != 64 or r[:2] == (0, 1):
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    if s >= L:
        return False
    left, right = fast_times(s, BASE), add(r, fast_times(h, a))
    return not (left[0] * right[2] - right[0] * left[2]) % P and not (left[1] * right[2] - right[1] * left[2]) % P


# ---- SM3 (GB/T 32905) and SM2 (GB/T 32918.2, with the curve of 32918.5)
def rot(x, n):
    n %= 32
    return (x << n | x >> (32 - n)) & 0xffffffff


def sm3(message):
    v = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e]
    padded = message + b"\x80" + bytes(-(len(message) + 9) % 64) + (8 * len(message)).to_bytes(8, "big")
    for at in range(0, len(padded), 64):
        w = [int.from_bytes(padded[at + 4 * j:at + 4 * j + 4], "big") for j in range(16)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ rot(w[j - 3], 15)
            w.append(x ^ rot(x, 15) ^ rot(x, 23) ^ rot(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = v
        for j in range(64):
            s1 = rot((rot(a, 12) + e + rot(0x79cc4519 if j < 16 else 0x7a879d8a, j)) & 0xffffffff, 7)
            t1 = ((a ^ b ^ c if j < 16 else a & b | a & c | b & c) + d + (s1 ^ rot(a, 12)) + (w[j] ^ w[j + 4])) & 0xffffffff
            t2 = ((e ^ f ^ g if j < 16 else e & f | ~e & g) + h + s1 + w[j]) & 0xffffffff
            a, b, c, d, e, f, g, h = t1, a, rot(b, 9), c, t2 ^ rot(t2, 9) ^ rot(t2, 17), e, rot(f, 19), g
        v = [x ^ y for x, y in zip(v, (a, b, c, d, e, f, g, h))]
    return b"".join(x.to_bytes(4, "big") for x in v)


SP, SN = 2**256 - 2**224 - 2**96 + 2**64 - 1, 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
SB = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
SG = (0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7, 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0)
SM2_KEY = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")


def sm2_add(a, b):
    if not a or not b:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % SP == 0:
        return None
    over, under = (3 * a[0] * a[0] - 3, 2 * a[1]) if a[0] == b[0] else (b[1] - a[1], b[0] - a[0])
    slope = over * pow(under, -1, SP) % SP
    x = (slope * slope - a[0] - b[0]) % SP
    return x, (slope * (a[0] - x) - a[1]) % SP


def sm2_times(n, p):
    q = None
    while n:
        q, p, n = sm2_add(q, p) if n & 1 else q, sm2_add(p, p), n >> 1
    return q


def der_integer(n):
    raw = n.to_bytes(n.bit_length() // 8 + 1, "big")
    return bytes((2, len(raw))) + raw


@functools.lru_cache(maxsize=20000)
def sm2(spki, message, signature):
    x, y = int.from_bytes(spki[27:59], "big"), int.from_bytes(spki[59:], "big")
    if x >= SP or y >= SP or (y * y - x**3 + 3 * x - SB) % SP:
        return False
    try:
        r, s = (int.from_bytes(part[1], "big") for part in parts(der(signature)[1]))
    except (Bad, ValueError):
        return False
    both = der_integer(r) + der_integer(s)
    if not 0 < r < SN or not 0 < s < SN or signature != bytes((0x30, len(both))) + both:
        return False
    z = sm3(b"\0\x80" + b"1234567812345678" + b"".join(n.to_bytes(32, "big") for n in (SP - 3, SB, *SG, x, y)))
    t = (r + s) % SN
    q = sm2_add(sm2_times(s, SG), sm2_times(t, (x, y))) if t else None
    return q is not None and (int.from_bytes(sm3(z + message), "big") + q[0]) % SN == r


# ---- notes, keys, proofs
def b64(text):
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raise Bad("not Base64")
    if base64.b64encode(raw).decode() != text:
        raise Bad("Base64 with spare bits")
    return raw


def any_b64(text):
    if len(text) % 4 or not re.fullmatch("[A-Za-z0-9+/]*={0,2}", text):
        raise Bad("not Base64")
    return base64.b64decode(text)


# The characters of Unicode's property White_Space, and the plus.
NO_NAME = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]")


def key(text):
    if text.count("+") < 2:
        raise Bad("not a key")
    name, hash_, rest = text.split("+", 2)
    raw = b64(rest)
    if not name or NO_NAME.search(name):
        raise Bad("not a name")
    if len(raw) != 33 or raw[0] not in (1, 4) or sha256(name.encode(), b"\n", raw)[:4].hex() != hash_:
        raise Bad("not a key")
    of_prime_order(raw[1:])
    return name, bytes.fromhex(hash_), raw[0] == 4, raw[1:], text


def note(raw):
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Bad("not UTF-8")
    end = text.rfind("\n\n")
    if len(raw) > NOTE_BYTES_MAX or end < 0 or not text.endswith("\n") or any(c < " " and c != "\n" for c in text):
        raise Bad("not a note")
    signatures = []
    for line in text[end + 2:].split("\n")[:-1]:
        words = line.split(" ")
        if len(words) != 3 or words[0] != "\u2014" or not words[1] or NO_NAME.search(words[1]):
            raise Bad("not a signature line")
        signature = any_b64(words[2])
        if len(signature) < 5:
            raise Bad("short signature")
        signatures.append((words[1], signature[:4], signature[4:]))
    if not 1 <= len(signatures) <= 100:
        raise Bad("1 to 100 signatures")
    return text[:end + 1], signatures


def signed(n, k):
    """When this key cosigned first, or True where it signed; None where it did not, or where a line that names it does not hold."""
    first = None
    for name, hash_, raw in n[1]:
        if (name, hash_) == k[:2]:
            if len(raw) != (72 if k[2] else 64):
                return None
            time = int.from_bytes(raw[:8], "big") if k[2] else 0
            text = f"cosignature/v1\ntime {time}\n{n[0]}" if k[2] else n[0]
            if time > SECONDS_MAX or not ed25519(k[3], text.encode(), raw[8 if k[2] else 0:]):
                return None
            first = time * SECOND if first is None else min(first, time * SECOND)
    return first if k[2] else first is not None or None


def checkpoint(text):
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or "" in lines[3:-1] or not re.fullmatch("0|[1-9][0-9]{0,17}", lines[1]) or len(b64(lines[2])) != 32:
        raise Bad("not a checkpoint")
    return lines[0], int(lines[1]), b64(lines[2])


def proof(raw):
    try:
        head, _, tail = raw.decode().partition("\n\n")
    except UnicodeDecodeError:
        raise Bad("not UTF-8")
    lines = head.split("\n")
    extra = b64(lines.pop(1)[6:]) if len(lines) > 1 and lines[1].startswith("extra ") else None
    if lines[0] != "c2sp.org/tlog-proof@v1" or len(lines) < 2 or not re.fullmatch("index (0|[1-9][0-9]{0,17})", lines[1]):
        raise Bad("not a proof")
    path = [b64(line) for line in lines[2:]]
    if len(path) > 63 or any(len(hash_) != 32 for hash_ in path):
        raise Bad("not a path")
    n = note(tail.encode())
    checkpoint(n[0])
    return extra, int(lines[1][6:]), path, n


def leads(p, line):
    _, size, root = checkpoint(p[3][0])
    fn, sn, r = p[1], size - 1, sha256(b"\0", line)
    if fn > sn:
        return False
    for hash_ in p[2]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = sha256(b"\1", hash_, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha256(b"\1", r, hash_)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


# ---- entries and what may happen
def canonical(v):
    """RFC 8785: names sort by their UTF-16 units, numbers are written as ECMAScript writes a double."""
    if isinstance(v, dict):
        return "{" + ",".join(json.dumps(k, ensure_ascii=False) + ":" + canonical(v[k])
                              for k in sorted(v, key=lambda k: k.encode("utf-16-be"))) + "}"
    if isinstance(v, list):
        return "[" + ",".join(map(canonical, v)) + "]"
    return number(v) if type(v) in (int, float) else json.dumps(v, ensure_ascii=False)


def number(v):
    """ECMA-262, Number::toString."""
    if type(v) is int and abs(v) <= EXACT_MAX:
        return str(v)
    mantissa, _, exponent = repr(abs(float(v))).partition("e")
    whole, _, part = mantissa.partition(".")
    digits = (whole + part).lstrip("0")
    n = len(whole) + int(exponent or 0) - (len(whole + part) - len(digits))  # the decimal point stands behind the n-th digit
    digits = digits.rstrip("0")
    k = len(digits)
    if not k or not math.isfinite(float(v)):
        return "0" if not k else "null"
    if k <= n <= 21:
        text = digits + "0" * (n - k)
    elif 0 < n <= 21:
        text = digits[:n] + "." + digits[n:]
    elif -6 < n <= 0:
        text = "0." + "0" * -n + digits
    else:
        text = digits[0] + ("." + digits[1:] if k > 1 else "") + "e" + ("+" if n > 0 else "-") + str(abs(n - 1))
    return ("-" if v < 0 else "") + text


def readable(v, depth=0):
    """No half of a character, no U+0000, and not too deep."""
    if isinstance(v, str):
        return not re.search("[\0\ud800-\udfff]", v)
    if isinstance(v, list):
        return depth < DEPTH_MAX and all(readable(one, depth + 1) for one in v)
    if isinstance(v, dict):
        return depth < DEPTH_MAX and all(readable(k) and readable(one, depth + 1) for k, one in v.items())
    return True


def agree(name, v):
    """What the schema cannot say: how members of one object agree."""
    has = lambda member: v.get(member) is not None
    if name == "CaptureClaims":
        return ((not has("captureStart") or not has("captureEnd") or time(v["captureStart"]) <= time(v["captureEnd"]))
                and has("recordingId") == has("segment")
                and (not has("segmentCount") or has("segment") and v["segment"] <= v["segmentCount"]))
    if name == "DispatchRecord":
        at, officers, devices = time(v["dispatchedAt"]), set(v["officerNos"]), set(v["deviceSerials"])
        last = at + 7 * 86400 * SECOND
        return (len(officers) <= 64 and len(devices) <= 64 and bool(officers or devices) and last < (SECONDS_MAX + 1) * SECOND
                and (not has("clearedAt") or at <= time(v["clearedAt"]) <= last))
    if name == "CaptureTime":
        return time(v["earliest"]) <= time(v["latest"])
    return name != "Place" or v["west"] <= v["east"] and v["south"] <= v["north"]


def fits(form, v):
    """Whether a value has this form, of the part of JSON Schema that entry.schema.json uses."""
    if "$ref" in form:
        name = form["$ref"][len("#/$defs/"):]
        return fits(FORMS["$defs"][name], v) and agree(name, v)
    if "anyOf" in form:
        return any(fits(one, v) for one in form["anyOf"])
    if "const" in form:
        return v == form["const"]
    if "enum" in form:
        return v in form["enum"] and isinstance(v, str)
    kind = form["type"]
    if kind == "integer":
        return type(v) is int and form["minimum"] <= v <= form["maximum"]
    if kind == "array":
        return isinstance(v, list) and all(fits(form["items"], one) for one in v)
    if kind == "object":
        return (isinstance(v, dict) and all(v.get(name) is not None for name in form["required"])
                and all(name not in v or fits(own, v[name]) for name, own in form["properties"].items()))
    if kind != "string" or not isinstance(v, str):
        return kind == "null" and v is None or kind == "boolean" and isinstance(v, bool)
    return (("pattern" not in form or re.search(form["pattern"].replace("$", r"\Z"), v) is not None)
            and len(v) <= form.get("maxLength", len(v)) and (form.get("format") != "nfc" or unicodedata.normalize("NFC", v) == v)
            and (form.get("format") != "date-time" or is_day(v)))


def no_number(text):
    raise ValueError(text)


def entry(line, rules):
    try:
        text = line.decode()
        e = json.loads(text, parse_constant=no_number)
        own = FORMS["properties"]
        good = (readable(e) and canonical(e) == text and isinstance(e, dict) and isinstance(e.get("event"), dict)
                and e["event"].get("eventType") in rules and fits({"$ref": "#/$defs/" + e["event"]["eventType"]}, e["event"])
                and len(canonical(e["event"]).encode()) <= EVENT_BYTES_MAX and fits(own["itemSequence"], e.get("itemSequence"))
                and fits(own["recordedAt"], e.get("recordedAt")) and (e["itemSequence"] == 0) == ("previous" not in e)
                and ("previous" not in e or fits(own["previous"], e["previous"])))
    except (ValueError, TypeError, OverflowError, RecursionError) as wrong:
        raise Bad(wrong)
    if not good:
        raise Bad("not an entry")
    return e


def is_day(text):
    try:
        return bool(datetime.date.fromisoformat(text[:10]))
    except ValueError:
        return False


def time(text):
    """A time of the form that the schema gives, in nanoseconds since 1970."""
    seconds = (datetime.datetime.fromisoformat(text[:19]) - datetime.datetime(1970, 1, 1)) // datetime.timedelta(seconds=1)
    return seconds * SECOND + int(text[20:-1].ljust(9, "0"))


def personally(event, leaves):
    """Whether the actor signed this with the key that stands there, having seen an entry that is before it."""
    try:
        s, c = event["signature"], event["context"]
        said = {"actor": c["actor"]["id"], "evidenceId": c.get("evidenceId"), "seen": s["seen"],
                "event": {k: v for k, v in event.items() if k not in ("context", "signature")}}
        if "purpose" in c:
            said["purpose"] = c["purpose"]
        k, value = b64(s["publicKey"]), b64(s["value"])
        text = "liuhen.org/personal-signature/v1\n" + canonical(said)
        return s["seen"] in leaves and len(k) == 32 and len(value) == 64 and ed25519(k, text.encode(), value)
    except (Bad, KeyError, TypeError):
        return False


def unit_prefix(code):
    """What the codes of a unit and of those below it begin with."""
    return re.sub(r"(?:00)+\Z", "", code)


def within(unit, office):
    """Whether a unit is this office or below it; the whole site is no office."""
    return isinstance(unit, str) and isinstance(office, str) and unit_prefix(office) != "" \
        and unit_prefix(unit).startswith(unit_prefix(office))


def step(state, event, rules):
    rule, actor = rules[event["eventType"]], event["context"]["actor"]
    k = event[rule["key"]] if "key" in rule else ""
    open_ = lambda name: state["open"].setdefault(name, {})

    def holds(c):
        return (any(holds(one) for one in c["any"]) if "any" in c
                else state["phase"] in c["phase"] if "phase" in c else k in open_(c["present"]) if "present" in c
                else k not in open_(c["absent"]) if "absent" in c else not open_(c["empty"]) if "empty" in c
                else open_(c["otherThan"]).get(k) != actor["id"] if "otherThan" in c
                else within(actor.get("unitCode"), open_(c["within"]).get(k)) if "within" in c
                else open_(c["sameAs"]).get(k) == actor["id"])

    for c in rule["checks"]:
        if not holds(c):
            return c["code"]
    for effect in rule["then"]:
        if "phase" in effect:
            state["phase"] = effect["phase"]
        elif "put" in effect:
            open_(effect["put"])[k] = actor["id"] if effect["value"] == "actor" else event[effect["value"]]
        else:
            open_(effect["remove"]).pop(k, None)
    return None


# ---- RFC 3161 with RSA (PKCS #1 v1.5)
def der(raw, at=0):
    try:
        length, start = raw[at + 1], at + 2
        if raw[at] & 31 == 31:
            raise Bad("a tag that does not occur")
        if length & 128:
            first = raw[start]
            start, length, count = start + (length & 127), int.from_bytes(raw[start:start + (length & 127)], "big"), length & 127
            if not 0 < count <= 4 or not first or length < 128:
                raise Bad("a length that DER does not write so")
    except IndexError:
        raise Bad("cut DER")
    if start + length > len(raw):
        raise Bad("cut DER")
    return raw[at], raw[start:start + length], raw[at:start + length], start + length


def parts(raw):
    found, at = [], 0
    while at < len(raw):
        found.append(der(raw, at))
        at = found[-1][3]
    return found


HASHES = {"608648016503040201": "sha256", "608648016503040202": "sha384", "608648016503040203": "sha512"}


RSA = {"2a864886f70d01010b": "sha256", "2a864886f70d01010c": "sha384", "2a864886f70d01010d": "sha512"}


def asn1_time(part):
    text = part[1].decode()
    if not re.fullmatch(r"(\d{2}|\d{4})\d{10}(\.\d+)?Z", text, re.ASCII) or (len(text.split(".")[0].rstrip("Z")) == 12) != (part[0] == 0x17):
        raise Bad("not a time")
    if part[0] == 0x17:
        text = ("20" if text < "5" else "19") + text
    return (datetime.datetime.strptime(text[:14], "%Y%m%d%H%M%S") - datetime.datetime(1970, 1, 1)) // datetime.timedelta(seconds=1)


def timestamp(raw, head):
    """Each part has one form: what the signature does not cover could else be changed, and be read in two ways."""
    def need(holds):
        if not holds:
            raise Bad("not a good timestamp")

    def listed(part, *tags):
        found = parts(part[1])
        need(not tags or tuple(one[0] for one in found) == tags)
        return found

    def algorithm(part, names):  # an OID, alone or with NULL
        oid, *rest = parts(part[1])
        need(oid[0] == 6 and (not rest or len(rest) == 1 and rest[0][2] == b"\x05\0"))
        return names.get(oid[1].hex())

    try:
        need(der(raw)[3] == len(raw) and raw[0] == 0x30)
        status, token = listed(der(raw), 0x30, 0x30)
        need(listed(status)[0][2].hex() in ("020100", "020101"))
        content_type, wrapped = listed(token, 6, 0xA0)
        version, hashes, encapsulated, certificates, signers = listed(listed(wrapped, 0x30)[0], 2, 0x31, 0x30, 0xA0, 0x31)
        tst, octets = listed(encapsulated, 6, 0xA0)
        content = listed(octets, 4)[0][1]
        signer_version, sid, signer_hash, attributes, signer_algorithm, signature = listed(listed(signers, 0x30)[0], 2, 0x30, 0x30, 0xA0, 0x30, 4)
        need((content_type[1].hex(), version[2].hex(), tst[1].hex(), signer_version[2].hex())
             == ("2a864886f70d010702", "020103", "2a864886f70d0109100104", "020101"))
        info = parts(der(content)[1])
        oid, imprint = parts(info[2][1])
        need(HASHES.get(parts(oid[1])[0][1].hex()) == "sha256" and imprint[1] == sha256(head.encode()))
        tbs = lambda c: [part for part in parts(parts(c[1])[0][1]) if part[0] != 0xA0]
        issuer, serial = listed(sid)
        certificate, = {c[2]: c for c in listed(certificates) if tbs(c)[0][2] == serial[2] and tbs(c)[2][2] == issuer[2]}.values()
        hash_ = algorithm(signer_hash, HASHES)
        need(hash_ and algorithm(listed(hashes, 0x30)[0], HASHES) == hash_)
        need(algorithm(signer_algorithm, {**RSA, "2a864886f70d010101": hash_}) == hash_)
        signed = {parts(a[1])[0][1].hex(): parts(parts(a[1])[1][1])[0] for a in reversed(parts(attributes[1]))}
        need(signed["2a864886f70d010904"][1] == hashlib.new(hash_, content).digest())
        v2 = signed.get("2a864886f70d010910022f")
        named = parts(parts(parts((v2 or signed["2a864886f70d010910020c"])[1])[0][1])[0][1])  # RFC 5035
        own = HASHES[parts(named.pop(0)[1])[0][1].hex()] if v2 and named[0][0] == 0x30 else "sha256" if v2 else "sha1"
        need(named[0][1] == hashlib.new(own, certificate[2]).digest())
        extensions = next(part for part in tbs(certificate) if part[0] == 0xA3)
        usage = next(e for e in (parts(e[1]) for e in parts(parts(extensions[1])[0][1])) if e[0][1].hex() == "551d25")
        need(usage[1][2].hex() == "0101ff" and der(usage[2][1])[1].hex() == "06082b06010505070308")
        at = asn1_time(info[4])
        since, until = map(asn1_time, parts(tbs(certificate)[3][1]))
        need(since <= at <= until)
        n, e = (int.from_bytes(part[1], "big") for part in parts(der(parts(tbs(certificate)[5][1])[1][1][1:])[1]))
        digest = hashlib.new(hash_, b"\x31" + attributes[2][1:]).digest()
        oid = bytes.fromhex(next(k for k, v in HASHES.items() if v == hash_))
        der_digest = bytes([0x30, 17 + len(digest), 0x30, 13, 6, 9]) + oid + b"\x05\x00\x04" + bytes([len(digest)]) + digest
        width = math.ceil(n.bit_length() / 8)
        padded = b"\0\1" + b"\xff" * (width - 3 - len(der_digest)) + b"\0" + der_digest
        need(len(signature[1]) == width and pow(int.from_bytes(signature[1], "big"), e, n).to_bytes(width, "big") == padded)
    except (ValueError, TypeError, KeyError, IndexError, StopIteration) as wrong:
        raise Bad(wrong)
    return at * SECOND, sha256(certificate[2]).hex()


# ---- policies
LINES = {"log": (2, 3, 2), "export": (2, 2, 9), "witness": (3, 4, 3), "group": (4, math.inf, math.inf), "quorum": (2, 2, 9),
         "revoked": (3, 3, 9), "timestamp": (3, 4, 3), "sm2": (2, 2, 9)}
URL = re.compile(r"https?://(?:[A-Za-z0-9._-]+|\[(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}]|\[::1])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~!$&'()*+,;=:@/-]*)?")


class BadPolicy(Exception):
    """With the code PL-101 or PL-102: nothing is verified with a policy that is not understood."""


def policy_line(p, w):
    def need(holds):
        if not holds:
            raise Bad("not understood")

    known = lambda name: name == "none" or name in p["witness"] or name in p["group"]
    least, most, url = LINES.get(w[0], (1, 0, 0))
    need(least <= len(w) <= most and (len(w) <= url or URL.fullmatch(w[url])))
    k = key(w[2 if w[0] == "witness" else 1]) if w[0] in ("log", "export", "witness", "revoked") else None
    need(w[0] == "revoked" or k is None or k[2] == (w[0] == "witness"))
    need(w[0] != "log" or all(k[3] != other[3] for other in p["log"]))
    if w[0] in ("log", "export"):
        p[w[0]].append(k)
    elif w[0] == "witness":
        need(not known(w[1]) and all(k[3] != other[3] for other in p["witness"].values()))
        p["witness"][w[1]] = k
    elif w[0] == "group":
        need(w[2] in ("any", "all") or re.fullmatch("[1-9][0-9]{0,8}", w[2]))
        count, members = {"any": 1, "all": len(w) - 3}.get(w[2]) or int(w[2]), w[3:]
        need(not known(w[1]) and 1 <= count <= len(members))
        for member in members:
            need(member != "none" and known(member) and member not in p["members"])
            p["members"].add(member)
        p["group"][w[1]] = count, members
    elif w[0] == "quorum":
        need(p["quorum"] is None and known(w[1]))
        p["quorum"] = w[1]
    elif w[0] == "revoked":
        need(re.fullmatch("0|[1-9][0-9]{0,17}", w[2]) and k[4] not in p["revoked"])
        p["revoked"][k[4]] = int(w[2])
    elif w[0] == "timestamp":
        need(re.fullmatch("[0-9a-f]{64}", w[2]) and w[1] not in p["timestamp"])
        p["timestamp"][w[1]] = w[2]
    else:
        p["sm2"].append(b64(w[1]))
        need(len(p["sm2"][-1]) == 91 and p["sm2"][-1].startswith(SM2_KEY))


def policy(raw):
    p = {"log": [], "export": [], "witness": {}, "group": {}, "members": set(), "quorum": None, "revoked": {}, "timestamp": {}, "sm2": []}
    try:
        for line in raw.decode().split("\n"):
            w = [word for word in re.split("[ \t]+", line) if word]
            if re.search("[\x00-\x08\x0b-\x1f\x7f]", line):
                raise Bad("a control character")
            if w and not w[0].startswith("#"):
                policy_line(p, w)
    except (Bad, UnicodeDecodeError):
        raise BadPolicy("PL-101")
    if p["quorum"] is None:
        raise BadPolicy("PL-102")
    return p


def cosigned(p, n):
    return {name: at for name, at in ((name, signed(n, k)) for name, k in p["witness"].items()) if at is not None}


def enough(p, name, seen):
    if name in p["group"]:
        count, members = p["group"][name]
        return sum(enough(p, member, seen) for member in members) >= count
    return name == "none" or name in seen


# ---- the package
class Folder:
    """The files of a package in a folder. A link or a device is none: it is a fault."""

    def __init__(self, root):
        self.root, self.paths, self.others = root, set(), False
        for folder, folders, names in os.walk(root):
            for name in names + folders:
                path = os.path.join(folder, name)
                if os.path.islink(path) or not os.path.isfile(path) and not os.path.isdir(path):
                    self.others = True
                elif name in names:
                    self.paths.add(os.path.relpath(path, root))

    def read(self, path):
        with open(os.path.join(self.root, path), "rb") as file:
            return file.read()


class Memory:
    """The files of a package that came on the standard input."""
    others = False

    def __init__(self, files):
        self.paths, self.read = set(files), lambda path: base64.b64decode(files[path])


def verify(bag, p, rules):
    faults = set()
    files, now = bag.paths, clock.time_ns()
    read = functools.lru_cache(maxsize=None)(lambda path: bag.read(path) if path in files else None)

    def need(holds, code):
        if not holds:
            faults.add("VF-" + code)

    def head(n):
        origin, size, _ = checkpoint(n[0])
        signers = [k for k in p["log"] if k[0] == origin and signed(n, k)]
        need(signers, "101")
        need(not signers or any(size <= p["revoked"].get(k[4], size) for k in signers), "210")
        need(enough(p, p["quorum"], cosigned(p, n)), "115")

    def seen_at(time, recorded_at):
        need((recorded_at is None or time >= recorded_at - CLOCKS_MAY_DIFFER) and time <= now + OWN_CLOCK_MAY_BE_BEHIND, "212")

    need(not bag.others, "204")
    declared = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    need((read("bagit.txt") or b"").replace(b"\r\n", b"\n") == declared, "201")
    listed = {}
    for kind in ("manifest", "tagmanifest"):
        both = []
        for algorithm, length in (("sha256", 64), ("sha512", 128)):
            raw, names = read(f"{kind}-{algorithm}.txt"), set()
            both.append(names)
            try:
                text = (b"\xff" if raw is None else raw).decode()
                need(not text.startswith("\ufeff"), "202")
                text = "" if text.startswith("\ufeff") else text
            except UnicodeDecodeError:
                need(False, "202")
                text = ""
            for line in filter(None, re.split("\r\n|\n|\r", text)):
                match = re.fullmatch(r"([0-9A-Fa-f]+)[ \t]+\*?([^ \t][^\n\r]*)", line)
                if not match or len(match[1]) != length:
                    need(False, "202")
                    continue
                path = re.sub("%0[Dd]", "\r", re.sub("%0[Aa]", "\n", match[2])).replace("%25", "%")
                safe = not re.match(r"[/~]|[A-Za-z]:", path) and "\\" not in path and not {"", ".", ".."} & set(path.split("/"))
                if not safe or path.startswith("data/") == (kind == "tagmanifest") or path.startswith("tagmanifest-") or path in (*IN_NO_MANIFEST, "fetch.txt") or path in names:
                    need(False, "202")
                    continue
                names.add(path)
                listed.setdefault(path, {})[algorithm] = match[1].lower()
        need(both[0] == both[1], "202")
    need(all(f in listed or f in IN_NO_MANIFEST for f in files), "204")
    for path, promised in listed.items():
        need(path in files, "203")
        if path in files:
            need(all(hashlib.new(algorithm, read(path)).hexdigest() == value for algorithm, value in promised.items()), "205")

    export, note_, second = None, read("package.note"), read("package.sm2")
    if note_ is not None and (p["sm2"] or second is not None):
        try:
            value = b64((second or b"").decode("latin-1").removesuffix("\n"))
            need(any(sm2(k, note_, value) for k in p["sm2"]), "206")
        except Bad:
            need(False, "206")
    try:
        n = note(note_ or b"")
        lines = n[0].split("\n")
        formed = len(lines) == 5 and lines[0] == "liuhen.org/package/v1"
        export = lines[1] if formed else None
        own = [sha256(read(f"tagmanifest-{a}.txt") or b"").hex() for a in ("sha256", "sha512")]
        need(formed and lines[2:4] == own, "206")
        signers = [k for k in p["export"] if signed(n, k)]
        need(signers, "206")
        need(not signers or any(k[4] not in p["revoked"] for k in signers), "210")
    except Bad:
        need(False, "206")

    items, heads = [], []
    for id_ in sorted({f.split("/")[1] for f in files if f.startswith("data/") and f.count("/") > 1} - {"timestamps"},
                      key=lambda name: name.encode("utf-16-be", "surrogatepass")):
        folder = f"data/{id_}/"
        own = [f[len(folder):] for f in files if f.startswith(folder)]
        originals = [f for f in own if f.startswith("original/")]
        others = {"custody.jsonl", "custody.tlog-proof", "receipt.tlog-proof", "metadata.json"}
        one, trail = len(originals) == 1 and originals[0].count("/") == 1, read(folder + "custody.jsonl")
        need(fits(FORMS["$defs"]["EventContext"]["properties"]["evidenceId"], id_) and one and trail is not None and set(own) - set(originals) <= others, "208")
        if trail is None:
            continue
        lines = trail.split(b"\n")
        lines = lines[:-1] if lines[-1] == b"" else lines
        state, previous, recorded_at, last, recorded, described = {"phase": "NONE", "open": {}}, None, None, None, None, None
        leaves = []
        for i, line in enumerate(lines):
            try:
                e = entry(line, rules)
                event = last = e["event"]
                need(e["itemSequence"] == i and (event["context"].get("evidenceId") or "log") == id_ and e.get("previous") == previous, "107")
                need(recorded_at is None or time(e["recordedAt"]) >= recorded_at - CLOCKS_MAY_DIFFER, "212")
                recorded_at = time(e["recordedAt"])
                need(time(event["context"]["occurredAt"]) <= recorded_at + CLOCKS_MAY_DIFFER, "212")
                need(recorded_at <= now + OWN_CLOCK_MAY_BE_BEHIND, "212")
                need(step(state, event, rules) is None, "108")
                if event.get("signature") is not None and "signature" in FORMS["$defs"][event["eventType"]]["properties"]:
                    need(personally(event, leaves), "118")
                if event["eventType"] in ("verified", "rejected"):
                    recorded = event.get("sha256")
                if event["eventType"] == "described":
                    described = event["metadataSha256"]
            except Bad:
                need(False, "106")
            previous = sha256(b"\0", line).hex()
            leaves.append(previous)
        end = last if last and last["eventType"] == "exported" else None
        items.append((id_, end, recorded_at))
        need(end and end["exportId"] == export, "209")
        if one and folder + originals[0] in listed:
            found = sha256(read(folder + originals[0])).hex()
            need(recorded and found == recorded and (not end or end["sha256"] == recorded), "109")
        metadata = read(folder + "metadata.json")
        need((None if metadata is None else sha256(metadata).hex()) == described, "111")
        for name in ("custody.tlog-proof", "receipt.tlog-proof"):
            raw, of_the_end = read(folder + name), name.startswith("custody")
            if raw is None and not of_the_end:
                continue
            try:
                pr = proof(raw or b"")
                leaf = (lines or [b""])[-1] if of_the_end else pr[0]
                need(leaf in lines and leads(pr, leaf) and not (of_the_end and pr[0] is not None), "116")
                if of_the_end:
                    heads.append(pr[3])
                    for at in cosigned(p, pr[3]).values():
                        seen_at(at, recorded_at)
                else:
                    head(pr[3])
            except Bad:
                need(False, "116")
    digest = sha256("".join(id_ + "\n" for id_, _, _ in items).encode("utf-8", "replace")).hex()
    need(items and all(not end or (end["items"], end["itemsSha256"]) == (len(items), digest) for _, end, _ in items), "207")

    trusted = not p["timestamp"]
    for path in (f for f in files if f.startswith("data/timestamps/")):
        try:
            if path.count("/") > 2:
                raise Bad("a folder")
            at, certificate = timestamp(read(path), heads[0][0] if heads else "")
            known = certificate in p["timestamp"].values()
            trusted = trusted or known
            for _, _, recorded_at in items if known else ():
                seen_at(at, recorded_at)
        except Bad:
            need(False, "213")
    need(trusted, "213")
    need(len({n[0] for n in heads}) < 2, "211")
    for n in heads:
        head(n)
    return sorted(faults)


def judge(bag, trusted, rules):
    try:
        return " ".join(verify(bag, policy(trusted), rules))
    except BadPolicy as bad:
        return str(bad)
    except Exception as bad:  # told as what it is: whoever reads this line counts it as an error of this program
        return f"crash {bad!r} {bad.__traceback__.tb_next.tb_lineno if bad.__traceback__.tb_next else ''}"


def tell(root, trusted_file):
    """Says to a person what came of a package; the exit code."""
    if not os.path.isdir(root):
        return f"cannot verify: {root} is no folder. Unpack the ZIP file first", 2
    try:
        with open(trusted_file, "rb") as text:
            trusted = text.read()
    except OSError as away:
        return f"cannot verify: the file with the keys that you trust cannot be read: {away}", 2
    if os.path.realpath(trusted_file).startswith(os.path.realpath(root) + os.sep):
        print("The keys are the package's own, which prove nothing by themselves: compare them with the keys that you know")
    found = judge(Folder(root), trusted, RULES)
    if found.startswith(("crash", "PL-")):
        return f"cannot verify: {'the keys that you trust are not understood: ' if found.startswith('PL-') else ''}{found}", 2
    return (f"NOT verified: {root}: {found}", 1) if found else (f"verified: {root}", 0)


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # names of folders, in a locale that has no such letters
    arguments, here = sys.argv[1:], os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../../..")
    telling = len(arguments) == 2
    if telling:
        arguments = [os.path.join(here, "custody/src/main/resources/org/liuhen/custody/event/states.json"),
                     os.path.join(here, "docs/formats/entry.schema.json"), *arguments]  # fmt: skip
    if len(arguments) < 3 or arguments[0].startswith("-") or (len(arguments) % 2 == 1 and arguments[2:] != ["-"]):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    try:
        with open(arguments[0], encoding="utf-8") as table, open(arguments[1], encoding="utf-8") as forms:
            RULES, FORMS = {rule["event"]: rule for rule in json.load(table)["rules"]}, json.load(forms)
    except (OSError, ValueError, KeyError, TypeError) as unread:
        print(f"cannot verify: {unread}. This program needs states.json and entry.schema.json of its repository (see its first lines)", file=sys.stderr)
        sys.exit(2)
    if telling:
        said, code = tell(*arguments[2:])
        print(said)
        sys.exit(code)
    if arguments[2:] == ["-"]:
        for given in sys.stdin:
            given = json.loads(given)
            print(judge(Memory(given["files"]), base64.b64decode(given["policy"]), RULES), flush=True)
    else:
        for root, trusted_file in zip(arguments[2::2], arguments[3::2]):
            with open(trusted_file, "rb") as trusted_text:
                print(judge(Folder(root), trusted_text.read(), RULES))
