#!/usr/bin/env python3
"""Verifies an export package after docs/formats/bag.md, with Python's standard library alone.

It shares no code with Liuhen and is no product: it shows that the page suffices. It is slow, but it names every fault.
usage: verify_bag.py STATES.JSON (FOLDER POLICY)...      prints a line per package: the codes of its faults
"""
import base64, datetime, hashlib, json, math, os, re, sys  # noqa: E401

CLOCKS_MAY_DIFFER = datetime.timedelta(minutes=5)
ID = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{25}\Z")
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


def ed25519(key, message, signature):
    try:
        a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    except Bad:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(h, a))
    return s < L and not (left[0] * right[2] - right[0] * left[2]) % P and not (left[1] * right[2] - right[1] * left[2]) % P


# ---- notes, keys, proofs
def b64(text):
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raise Bad("not Base64")
    if base64.b64encode(raw).decode() != text:
        raise Bad("Base64 with spare bits")
    return raw


def key(text):
    name, hash_, rest = text.split("+", 2)
    raw = b64(rest)
    if len(raw) != 33 or raw[0] not in (1, 4) or sha256(name.encode(), b"\n", raw)[:4].hex() != hash_:
        raise Bad("not a key")
    return name, bytes.fromhex(hash_), raw[0] == 4, raw[1:], text


def note(raw):
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Bad("not UTF-8")
    end = text.rfind("\n\n")
    if end < 0 or not text.endswith("\n") or any(c < " " and c != "\n" for c in text):
        raise Bad("not a note")
    signatures = []
    for line in text[end + 2:].split("\n")[:-1]:
        words = line.split(" ")
        if len(words) != 3 or words[0] != "\u2014" or not words[1] or "+" in words[1]:
            raise Bad("not a signature line")
        signature = b64(words[2])
        if len(signature) < 5:
            raise Bad("short signature")
        signatures.append((words[1], signature[:4], signature[4:]))
    if not 1 <= len(signatures) <= 100:
        raise Bad("1 to 100 signatures")
    return text[:end + 1], signatures


def signed(n, k):
    """When this key cosigned, or True where it signed; None where it did not."""
    for name, hash_, raw in n[1]:
        if (name, hash_) == k[:2] and len(raw) == (72 if k[2] else 64):
            time = int.from_bytes(raw[:8], "big") if k[2] else 0
            text = f"cosignature/v1\ntime {time}\n{n[0]}" if k[2] else n[0]
            if ed25519(k[3], text.encode(), raw[8 if k[2] else 0:]):
                return datetime.datetime.fromtimestamp(time, datetime.timezone.utc) if k[2] else True
    return None


def checkpoint(text):
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not re.fullmatch("0|[1-9][0-9]{0,17}", lines[1]) or len(b64(lines[2])) != 32:
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
    """RFC 8785 for what stands in entries: no fractions occur there, and names sort by their UTF-16 units."""
    if isinstance(v, dict):
        return "{" + ",".join(json.dumps(k, ensure_ascii=False) + ":" + canonical(v[k])
                              for k in sorted(v, key=lambda k: k.encode("utf-16-be"))) + "}"
    if isinstance(v, list):
        return "[" + ",".join(map(canonical, v)) + "]"
    return json.dumps(v, ensure_ascii=False)


def entry(line, rules):
    try:
        text = line.decode()
        e = json.loads(text)
        c = e["event"]["context"]
        good = (canonical(e) == text and e["event"]["eventType"] in rules and re.fullmatch("[0-9a-f]{32}", c["eventId"])
                and c["occurredAt"] and c["clock"] and c["instrument"] and c["actor"]["id"] and c["actor"]["kind"]
                and type(e["itemSequence"]) is int and (e["itemSequence"] == 0) == ("previous" not in e))
        time(e["recordedAt"])
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise Bad(wrong)
    if not good:
        raise Bad("not an entry")
    return e


def time(text):
    return datetime.datetime.fromisoformat(re.sub(r"(\.\d{1,6})\d*", r"\1", text).replace("Z", "+00:00"))


def personally(event, leaves):
    """Whether the actor signed this with the key that stands there, having seen an entry that is before it."""
    try:
        s, c = event["signature"], event["context"]
        said = {"actor": c["actor"]["id"], "evidenceId": c["evidenceId"], "seen": s["seen"],
                "event": {k: v for k, v in event.items() if k not in ("context", "signature")}}
        if "purpose" in c:
            said["purpose"] = c["purpose"]
        k, value = b64(s["publicKey"]), b64(s["value"])
        text = "liuhen.org/personal-signature/v1\n" + canonical(said)
        return s["seen"] in leaves and len(k) == 32 and len(value) == 64 and ed25519(k, text.encode(), value)
    except (Bad, KeyError, TypeError):
        return False


def step(state, event, rules):
    rule, actor = rules[event["eventType"]], event["context"]["actor"]["id"]
    k = str(event.get(rule["key"])) if "key" in rule else ""
    open_ = lambda name: state["open"].setdefault(name, {})
    for c in rule["checks"]:
        if not (state["phase"] in c["phase"] if "phase" in c else k in open_(c["present"]) if "present" in c
                else k not in open_(c["absent"]) if "absent" in c else not open_(c["empty"]) if "empty" in c
                else open_(c["otherThan"]).get(k) != actor if "otherThan" in c else open_(c["sameAs"]).get(k) == actor):
            return c["code"]
    for effect in rule["then"]:
        if "phase" in effect:
            state["phase"] = effect["phase"]
        elif "put" in effect:
            open_(effect["put"])[k] = actor if effect["value"] == "actor" else event[effect["value"]]
        else:
            open_(effect["remove"]).pop(k, None)
    return None


# ---- RFC 3161 with RSA (PKCS #1 v1.5)
def der(raw, at=0):
    try:
        length, start = raw[at + 1], at + 2
        if length & 128:
            start, length = start + (length & 127), int.from_bytes(raw[start:start + (length & 127)], "big")
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


def timestamp(raw, head):
    try:
        status, token = parts(der(raw)[1])
        data = parts(parts(parts(token[1])[1][1])[0][1])
        content = parts(parts(data[2][1])[1][1])[0][1]
        info = parts(der(content)[1])
        oid, imprint = parts(info[2][1])
        signer = parts(parts(data[-1][1])[0][1])
        serial = parts(signer[1][1])[1][2]
        tbs = lambda c: [part for part in parts(parts(c[1])[0][1]) if part[0] != 0xA0]
        certificate = next(c for d in data if d[0] == 0xA0 for c in parts(d[1]) if tbs(c)[0][2] == serial)
        hash_ = HASHES[parts(signer[2][1])[0][1].hex()]
        promised = next(parts(parts(a[1])[1][1])[0][1] for a in parts(signer[3][1])
                        if parts(a[1])[0][1].hex() == "2a864886f70d010904")
        n, e = (int.from_bytes(part[1], "big") for part in parts(der(parts(tbs(certificate)[5][1])[1][1][1:])[1]))
        good = (parts(status[1])[0][1][0] <= 1 and HASHES[parts(oid[1])[0][1].hex()] == "sha256"
                and imprint[1] == sha256(head.encode()) and promised == hashlib.new(hash_, content).digest())
        digest = hashlib.new(hash_, b"\x31" + signer[3][2][1:]).digest()
        oid = bytes.fromhex(next(k for k, v in HASHES.items() if v == hash_))
        der_digest = bytes([0x30, 17 + len(digest), 0x30, 13, 6, 9]) + oid + b"\x05\x00\x04" + bytes([len(digest)]) + digest
        width = math.ceil(n.bit_length() / 8)
        padded = b"\0\1" + b"\xff" * (width - 3 - len(der_digest)) + b"\0" + der_digest
        good = good and pow(int.from_bytes(signer[5][1], "big"), e, n).to_bytes(width, "big") == padded
        at = datetime.datetime.strptime(info[4][1].decode()[:14] + "+0000", "%Y%m%d%H%M%S%z")
    except (ValueError, KeyError, IndexError, StopIteration, Bad) as wrong:
        raise Bad(wrong)
    if not good:
        raise Bad("not a good timestamp")
    return at, sha256(certificate[2]).hex()


# ---- policies
def policy(text):
    p = {"log": [], "export": [], "witness": {}, "group": {}, "quorum": None, "revoked": {}, "timestamp": {}}
    for line in text.split("\n"):
        w = re.sub("#.*", "", line).split()
        if not w:
            continue
        if w[0] in ("log", "export"):
            p[w[0]].append(key(w[1]))
        elif w[0] == "witness":
            p["witness"][w[1]] = key(w[2])
        elif w[0] == "group":
            p["group"][w[1]] = ({"any": 1, "all": len(w) - 3}.get(w[2]) or int(w[2]), w[3:])
        elif w[0] == "revoked":
            p["revoked"][key(w[1])[4]] = int(w[2])
        elif w[0] == "sm2":
            continue  # not checked here
        elif w[0] in ("quorum", "timestamp"):
            p[w[0]] = w[1] if w[0] == "quorum" else {**p["timestamp"], w[1]: w[2]}
        else:
            raise Bad("a line of the policy is not understood: " + line)
    return p


def cosigned(p, n):
    return {name: at for name, at in ((name, signed(n, k)) for name, k in p["witness"].items()) if at}


def enough(p, name, seen):
    if name in p["group"]:
        count, members = p["group"][name]
        return sum(enough(p, member, seen) for member in members) >= count
    return name == "none" or name in seen


# ---- the package
def verify(root, p, rules):
    faults = set()
    files = {os.path.relpath(os.path.join(folder, name), root) for folder, _, names in os.walk(root) for name in names}

    def read(path):
        if path not in files:
            return None
        with open(os.path.join(root, path), "rb") as file:
            return file.read()

    def need(holds, code):
        if not holds:
            faults.add("VF-" + code)

    def head(n):
        origin, size, _ = checkpoint(n[0])
        signers = [k for k in p["log"] if k[0] == origin and signed(n, k)]
        need(signers, "101")
        need(not signers or any(size <= p["revoked"].get(k[4], size) for k in signers), "210")
        need(enough(p, p["quorum"], cosigned(p, n)), "115")

    declared = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    need((read("bagit.txt") or b"").replace(b"\r\n", b"\n") == declared, "201")
    listed = {}
    for kind in ("manifest", "tagmanifest"):
        both = []
        for algorithm, length in (("sha256", 64), ("sha512", 128)):
            raw, names = read(f"{kind}-{algorithm}.txt"), set()
            both.append(names)
            need(raw is not None, "202")
            for line in filter(None, re.split("\r\n|\n|\r", (raw or b"").decode())):
                match = re.fullmatch(r"([0-9A-Fa-f]+)[ \t]+\*?(\S.*)", line)
                if not match or len(match[1]) != length:
                    need(False, "202")
                    continue
                path = re.sub("%0[Dd]", "\r", re.sub("%0[Aa]", "\n", match[2])).replace("%25", "%")
                safe = not re.match(r"[/~]|[A-Za-z]:", path) and "\\" not in path and not {"", ".", ".."} & set(path.split("/"))
                if not safe or path.startswith("data/") == (kind == "tagmanifest") or path.startswith("tagmanifest-") or path in names:
                    need(False, "202")
                    continue
                names.add(path)
                listed.setdefault(path, {})[algorithm] = match[1].lower()
        need(both[0] == both[1], "202")
    need(all(f in listed or f.startswith("tagmanifest-") or f in ("package.note", "package.sm2") for f in files), "204")
    for path, promised in listed.items():
        need(path in files, "203")
        if path in files:
            need(all(hashlib.new(algorithm, read(path)).hexdigest() == value for algorithm, value in promised.items()), "205")

    export = None
    try:
        n = note(read("package.note") or b"")
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
    for id_ in sorted({f.split("/")[1] for f in files if f.startswith("data/") and f.count("/") > 1} - {"timestamps"}):
        folder = f"data/{id_}/"
        own = [f[len(folder):] for f in files if f.startswith(folder)]
        originals = [f for f in own if f.startswith("original/")]
        others = {"custody.jsonl", "custody.tlog-proof", "receipt.tlog-proof", "metadata.json"}
        one, trail = len(originals) == 1 and originals[0].count("/") == 1, read(folder + "custody.jsonl")
        need(ID.match(id_) and one and trail is not None and set(own) - set(originals) <= others, "208")
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
                need(e["itemSequence"] == i and event["context"].get("evidenceId", "log") == id_ and e.get("previous") == previous, "107")
                need(recorded_at is None or time(e["recordedAt"]) >= recorded_at - CLOCKS_MAY_DIFFER, "212")
                recorded_at = time(e["recordedAt"])
                need(step(state, event, rules) is None, "108")
                if event.get("signature") is not None:
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
                need(leaf in lines and leads(pr, leaf), "116")
                if of_the_end:
                    heads.append(pr[3])
                    need(all(not recorded_at or at >= recorded_at - CLOCKS_MAY_DIFFER for at in cosigned(p, pr[3]).values()), "212")
                else:
                    head(pr[3])
            except Bad:
                need(False, "116")
    digest = sha256("".join(sorted(id_ + "\n" for id_, _, _ in items)).encode()).hex()
    need(items and all(not end or (end["items"], end["itemsSha256"]) == (len(items), digest) for _, end, _ in items), "207")

    trusted = not p["timestamp"]
    for path in (f for f in files if f.startswith("data/timestamps/")):
        try:
            at, certificate = timestamp(read(path), heads[0][0] if heads else "")
            known = certificate in p["timestamp"].values()
            trusted = trusted or known
            need(not known or all(not r or at >= r - CLOCKS_MAY_DIFFER for _, _, r in items), "212")
        except Bad:
            need(False, "213")
    need(trusted, "213")
    need(len({n[0] for n in heads}) < 2, "211")
    for n in heads:
        head(n)
    return sorted(faults)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as table:
        RULES = {rule["event"]: rule for rule in json.load(table)["rules"]}
    for bag, trusted_file in zip(sys.argv[2::2], sys.argv[3::2]):
        with open(trusted_file, encoding="utf-8") as trusted_text:
            print(" ".join(verify(bag, policy(trusted_text.read()), RULES)))
