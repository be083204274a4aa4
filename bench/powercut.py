"""What bench/powercut does. Every byte that was acknowledged must be there after the cut, and every event."""

import base64, fcntl, hashlib, http.client, json, os, random, shutil, signal, struct, subprocess, sys, tempfile, threading, time

from parts import PATIENCE, SMOKE, end_postgres, last_line, postgres, started

CUTS, KIND = int(sys.argv[1]), sys.argv[2]
PEER = bool(os.environ.get("PEER"))
GOING_DOWN, WITHOUT_LOG_FLUSH = 0x8004587D, 2  # _IOR('X', 125, __u32); XFS_FSOP_GOING_FLAGS_NOLOGFLUSH, the same on ext4
SENDERS = 6
here = os.path.dirname(os.path.abspath(__file__))
work = tempfile.mkdtemp(prefix="powercut")
image, mount = f"{work}/image", f"{work}/mnt"
os.mkdir(mount)
rng = random.Random(20261125)


def sh(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def content(seed, size):
    return random.Random(seed).randbytes(size)


class Server:
    """The station, or the peer."""

    def __init__(self):
        self.log = open(f"{work}/server.log", "ab")
        if PEER:
            os.makedirs(f"{mount}/files", exist_ok=True)
            command = ["node", f"{here}/tus-server.mjs", f"{mount}/files"]
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log)
            started.append(self.process)
            port = self.process.stdout.readline()
            if not port:
                sys.exit(f"the tus server of npm does not start: {last_line(f'{work}/server.log')}")
            self.port = int(port)
        else:
            where = f"{mount}/data/station.json"
            if os.path.exists(where):
                os.remove(where)
            command = [f"{here}/../liuhen", "station", "--data", f"{mount}/data", "--no-immutable", "--port", "0", "--no-devices"]
            began = time.time()
            self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
            started.append(self.process)
            while not (os.path.exists(where) and os.path.getsize(where)):
                if self.process.poll() is not None or time.time() - began > PATIENCE:
                    raise SystemExit(f"the station does not start again: {last_line(f'{work}/server.log')}")
                time.sleep(0.1)
            self.port = int(json.load(open(where))["url"].rsplit(":", 1)[1])

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {"Tus-Resumable": "1.0.0", "Liuhen-Officer": "1"} | {k.replace("_", "-"): v for k, v in headers.items()})
            answer = connection.getresponse()
            return answer.status, dict((k.lower(), v) for k, v in answer.getheaders()), answer.read()
        finally:
            connection.close()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Load:
    """Senders that upload file after file in pieces, and remember what was acknowledged."""

    def __init__(self, server, promises):
        self.server, self.promises, self.stopped = server, promises, False
        self.threads = [threading.Thread(target=self.send, args=(rng.randrange(1 << 60),), daemon=True) for _ in range(SENDERS)]
        for thread in self.threads:
            thread.start()

    def send(self, seed):
        mine = random.Random(seed)
        while not self.stopped:
            try:
                self.upload(mine)
            except (OSError, http.client.HTTPException):
                return  # the power is gone

    def upload(self, mine):
        seed, size = mine.randrange(1 << 60), mine.choice([1_000, 50_000, 400_000, 6_000_000])
        bytes_ = content(seed, size)
        fields = {"filename": f"{seed}.bin", "sha256": hashlib.sha256(bytes_).hexdigest(), "officerNo": "110023"}
        metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in fields.items())
        status, headers, _ = self.server.ask("POST", "/files", Upload_Length=str(size), Upload_Metadata=metadata)
        if status != 201:
            return
        place = headers["location"].split("/files/")[1]
        promise = self.promises.setdefault(place, {"seed": seed, "size": size, "offset": 0})
        offset = 0
        while offset < size and not self.stopped:
            end = min(size, offset + mine.choice([700, 60_000, 2_000_000]))
            status, headers, _ = self.server.ask(
                "PATCH", f"/files/{place}", bytes_[offset:end], Upload_Offset=str(offset), Content_Type="application/offset+octet-stream")
            if status != 204:
                return
            promise["offset"] = offset = int(headers["upload-offset"])


def stored(promise, place):
    """The bytes that a promise is about, as they lie on the disk now."""
    if PEER:
        path = f"{mount}/files/{place}"
        return open(path, "rb").read() if os.path.exists(path) else None
    for folder, _, files in os.walk(f"{mount}/data/vault/vault"):
        if place in files:
            return open(f"{folder}/{place}", "rb").read()
    path = f"{mount}/data/vault/uploads/{place}"
    return open(path, "rb").read() if os.path.exists(path) else None


def lost_bytes(promises):
    lost = 0
    for place, promise in promises.items():
        there = stored(promise, place) or b""
        good = content(promise["seed"], promise["size"])[: promise["offset"]]
        lost += there[: promise["offset"]] != good
    return lost


def lost_events(server, promises):
    """Each acknowledged declaration, and each acknowledged end, is in the log, once it has caught up."""
    missing = dict(promises)
    end = time.time() + 60
    while missing and time.time() < end:
        for place, promise in list(missing.items()):
            status, _, body = server.ask("GET", f"/api/evidence/{place}/custody?officer=110023")
            if status == 200:
                whole = promise["offset"] == promise["size"]
                if b'"eventType":"declared"' in body and (not whole or b'"eventType":"received"' in body):
                    del missing[place]
        time.sleep(0.3)
    return len(missing)


def offsets_told(server, promises):
    wrong = 0
    for place, promise in promises.items():
        status, headers, _ = server.ask("HEAD", f"/files/{place}")
        wrong += status != 200 or int(headers.get("upload-offset", -1)) < promise["offset"]
    return wrong


sh("truncate", "-s", "2G" if SMOKE else "12G", image)
sh(f"mkfs.{KIND}", image)
mounted = subprocess.run(["mount", "-o", "loop", image, mount], capture_output=True, text=True)
if mounted.returncode:
    shutil.rmtree(work)
    print(f"skipped: no image can be mounted here: {mounted.stderr.strip().splitlines()[0]}", flush=True)
    sys.exit(77)
server = None
total = {"cuts": 0, "uploads": 0, "lostBytes": 0, "lostEvents": 0, "lostOffsets": 0}
promises = {}
try:
    for cut in range(CUTS + 1):
        lost = lost_bytes(promises)
        began = time.time()
        server = Server()
        ready = time.time() - began
        result = {"cut": cut, "acknowledged": len(promises), "uploadsThatLostBytes": lost, "readyAfterSeconds": round(ready, 1)}
        result["offsetsNotTold"] = offsets_told(server, promises)
        result["uploadsWithoutTheirEvents"] = 0 if PEER else lost_events(server, promises)
        if cut:
            print(json.dumps(result), flush=True)
            total["cuts"] += 1
            total["uploads"] += len(promises)
            total["lostBytes"] += lost
            total["lostEvents"] += result["uploadsWithoutTheirEvents"]
            total["lostOffsets"] += result["offsetsNotTold"]
        if cut == CUTS:
            if not PEER:
                status, _, body = server.ask("GET", "/api/verification?officer=110023")
                report = json.loads(body)
                print(json.dumps({"verified": report["verified"], "faults": report.get("faults", [])[:5]}), flush=True)
            server.kill()
            break
        promises = {}
        load = Load(server, promises)
        time.sleep(2 if SMOKE else rng.uniform(0.5, 4))
        database = postgres(f"{mount}/data/postgres")  # afterwards the file cannot be read
        folder = os.open(mount, os.O_RDONLY)
        acknowledged = json.loads(json.dumps(promises))  # before the cut: what comes later is not asked for
        fcntl.ioctl(folder, GOING_DOWN, struct.pack("I", WITHOUT_LOG_FLUSH))
        os.close(folder)
        load.stopped = True
        server.kill()
        for thread in load.threads:
            thread.join()
        promises = acknowledged
        if not PEER:
            end_postgres(database, signal.SIGKILL)  # the station's PostgreSQL loses its power, too
        for attempt in range(50):
            if subprocess.run(["umount", mount], stderr=subprocess.DEVNULL).returncode == 0:
                break
            time.sleep(0.2)
        sh("mount", "-o", "loop", image, mount)
    print(json.dumps({"sum": total, "fileSystem": KIND, "server": "npm tus server" if PEER else "liuhen station"}))
    if SMOKE and (not total["uploads"] or total["lostBytes"] + total["lostEvents"] + total["lostOffsets"]):
        sys.exit("nothing was acknowledged before the cut" if not total["uploads"] else "something that was acknowledged is lost")
finally:
    if server:
        server.kill()
        end_postgres(postgres(f"{mount}/data/postgres"), signal.SIGKILL)
    subprocess.run(["umount", "-l", mount], stderr=subprocess.DEVNULL)
    if not os.environ.get("KEEP"):
        why = sys.exc_info()[1]
        stopped = isinstance(getattr(why, "code", None), int)  # by Ctrl-C
        print(f"kept: {work}") if why and not (stopped or SMOKE) else shutil.rmtree(work, ignore_errors=True)
