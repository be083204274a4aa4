"""What bench/shift does: a device simulator. Each device enrols with openssl and EST, and then does what a camera does."""

import hashlib, http.client, json, random, shutil, signal, socket, struct, subprocess, sys, tempfile, threading, time
from concurrent.futures import ThreadPoolExecutor

from parts import PATIENCE, SMOKE, Station, here, metadata, sh

DEVICES, FILES, CONNECTIONS = (int(argument) for argument in sys.argv[1:4])
CUT, REBOOTED = 0.05, 0.01
work = tempfile.mkdtemp(prefix="shift")
rng = random.Random(20261125)
gate = threading.Semaphore(CONNECTIONS)
counts = {"cut": 0, "rebooted": 0, "refused503": 0, "otherErrors": 0}
lock = threading.Lock()


def count(what):
    with lock:
        counts[what] += 1


def recordings():
    """A few real recordings; each file of the simulation is one of them with a free box of its own behind it."""
    made = []
    for i in range(8):
        path = f"{work}/r{i}.mp4"
        sh("ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"testsrc2=s=640x360:r=15:d={2 + i}", "-f", "lavfi", "-i", "sine=d=4", "-shortest",
           "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", path)
        made.append(open(path, "rb").read())
    return made


class Device(threading.Thread):
    """A camera: enrols, docks, uploads, and waits for its receipts."""

    def __init__(self, number):
        super().__init__(daemon=True)
        self.serial, self.mine = f"DSJ-{number:04d}", random.Random(number)
        self.reboots = number % round(1 / REBOOTED) == 0
        self.clock = self.mine.choice([0, 0, 0, 90, -600, 86400])  # seconds wrong
        self.connection, self.receipts, self.files, self.done = None, {}, {}, set()

    def enrol(self):
        self.tls = station.enrol(self.serial)

    def ask(self, method, path, body=None, cut=None, **headers):
        """One request on the device's connection; with cut, the connection ends after so many bytes of the body."""
        if self.connection is None:
            self.connection = http.client.HTTPSConnection("127.0.0.1", station.devices, context=self.tls, timeout=30)
        try:
            named = {"Tus-Resumable": "1.0.0"} | {k.replace("_", "-"): v for k, v in headers.items()}
            if cut is not None:
                self.connection.putrequest(method, path)
                for name, value in (named | {"Content-Length": str(len(body))}).items():
                    self.connection.putheader(name, value)
                self.connection.endheaders(body[:cut])
                count("cut")
                raise ConnectionError("the network is gone")
            self.connection.request(method, path, body, named)
            answer = self.connection.getresponse()
            return answer.status, dict((k.lower(), v) for k, v in answer.getheaders()), answer.read()
        except (OSError, http.client.HTTPException):
            self.leave()
            raise

    def leave(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def run(self):
        for number in range(FILES):
            free = self.mine.randbytes(24)
            bytes_ = self.mine.choice(real) + struct.pack(">I", 8 + len(free)) + b"free" + free
            self.files[number] = (bytes_, hashlib.sha256(bytes_).hexdigest())
        places, done = {}, self.done
        rebootAt = self.mine.randrange(FILES) if self.reboots else -1
        while len(done) < FILES:
            number = next(n for n in range(FILES) if n not in done)
            try:
                with gate:
                    self.send(number, places)
                    if self.mine.random() < 0.5:
                        self.leave()  # others wait for a connection, too
                done.add(number)
                if number == rebootAt:
                    rebootAt = -1
                    count("rebooted")
                    self.leave()
                    time.sleep(3)
            except (OSError, http.client.HTTPException):
                time.sleep(self.mine.uniform(0.2, 1.5))
        self.leave()
        while len(self.receipts) < FILES:
            time.sleep(self.mine.uniform(10, 20) / (20 if SMOKE else 1))  # nobody is in a hurry now
            try:
                with gate:
                    for number, place in places.items():
                        if number not in self.receipts:
                            status, _, body = self.ask("GET", f"{place}/receipt")
                            if status == 202:
                                break  # the ones after it came later
                            if status == 200:
                                self.receipts[number] = body
                            else:
                                print(self.serial, status, body[:200], file=sys.stderr)
                    self.leave()
            except (OSError, http.client.HTTPException) as broken:
                print(self.serial, repr(broken), file=sys.stderr)

    def send(self, number, places):
        bytes_, digest = self.files[number]
        if number not in places:
            begun = time.time() - 3600 + number * 60 + self.clock
            fields = {"filename": f"{self.serial}_{number:03d}.mp4", "sha256": digest, "officerNo": f"{110000 + number}", "seq": str(number),
                      "captureStart": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begun))}
            status, headers, body = self.ask("POST", "/files", Upload_Length=str(len(bytes_)), Upload_Metadata=metadata(**fields))
            self.expect(status, 201, body)
            places[number] = headers["location"]
            offset = 0
        else:
            status, headers, body = self.ask("HEAD", places[number])
            self.expect(status, 200, body)
            offset = int(headers["upload-offset"])
        if offset < len(bytes_):
            cut = self.mine.randrange(len(bytes_) - offset) if self.mine.random() < CUT else None
            status, _, body = self.ask("PATCH", places[number], bytes_[offset:], cut, Upload_Offset=str(offset), Content_Type="application/offset+octet-stream")
            self.expect(status, 204, body)

    def expect(self, status, wanted, body):
        if status != wanted:
            count("refused503" if status == 503 else "otherErrors")
            if status not in (503, 409, 423):
                print(self.serial, status, body[:200], file=sys.stderr)
            self.leave()
            raise ConnectionError(status)


def entries():
    """All entries of the published log."""
    status, note = station.get("/log/site-1/checkpoint")
    size, found = int(note.split(b"\n")[1]), []
    for bundle in range((size + 255) // 256):
        text = f"{bundle % 1000:03d}"
        rest = bundle // 1000
        while rest:
            text, rest = f"x{rest % 1000:03d}/{text}", rest // 1000
        width = min(256, size - 256 * bundle)
        status, body = station.get(f"/log/site-1/tile/entries/{text}" + ("" if width == 256 else f".p/{width}"))
        at = 0
        for _ in range(width):
            length = struct.unpack_from(">H", body, at)[0]
            found.append(json.loads(body[at + 2 : at + 2 + length]))
            at += 2 + length
    return found


station = None
try:
    real = recordings()
    station = Station(work)
    print(json.dumps({"devices": DEVICES, "filesEach": FILES, "connections": CONNECTIONS, "recordings": [len(r) for r in real]}), flush=True)
    began = time.time()
    devices = [Device(number) for number in range(DEVICES)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(Device.enrol, devices))
    print(json.dumps({"enrolled": DEVICES, "seconds": round(time.time() - began, 1)}), flush=True)
    began = time.time()
    for device in devices:
        device.start()
    time.sleep(1 if SMOKE else max(5, DEVICES * FILES / 400))
    station.process.send_signal(signal.SIGKILL)
    station.process.wait()
    down = time.time()
    back = []

    def knock():
        while not back:
            try:
                with socket.create_connection(("127.0.0.1", station.devices), timeout=1):
                    back.append(round(time.time() - down, 1))
            except OSError:
                time.sleep(0.05)

    threading.Thread(target=knock, daemon=True).start()
    station.start()
    print(json.dumps({"killed": True, "doorBackAfterSeconds": back, "stationReadyAfterSeconds": round(time.time() - down, 1)}), flush=True)
    told, far, since = began, None, time.time()
    while any(device.is_alive() for device in devices):
        time.sleep(1)
        now = sum(len(d.done) + len(d.receipts) for d in devices)
        if now != far:
            far, since = now, time.time()
        if station.process.poll() is not None or time.time() - since > PATIENCE:
            sys.exit("the station has ended by itself" if station.process.poll() is not None else f"no file was sent and no receipt came for {PATIENCE} s")
        if time.time() - told > 30:
            told = time.time()
            print(f"{round(told - began)} s: {sum(len(d.done) for d in devices)} sent, {sum(len(d.receipts) for d in devices)} receipts, {counts}", file=sys.stderr)
    seconds = time.time() - began
    log = entries()
    received, sealed = {}, set()
    for entry in log:
        event = entry["event"]
        if event["eventType"] == "received":
            received[event["declaredSha256"]] = received.get(event["declaredSha256"], 0) + 1
        if event["eventType"] == "sealed":
            sealed.add(event["sha256"])
    wanted = {digest for device in devices for _, digest in device.files.values()}
    policy = f"{work}/policy"
    open(policy, "w").write(f"log {open(f'{station.data}/keys/site-1.vkey').read().strip()}\nquorum none\n")
    good = 0
    sample = rng.sample([(d, n) for d in devices for n in range(FILES)], min(3 if SMOKE else 40, DEVICES * FILES))
    for device, number in sample:
        open(f"{work}/receipt", "wb").write(device.receipts[number])
        open(f"{work}/file", "wb").write(device.files[number][0])
        good += subprocess.run([f"{here}/../liuhen", "receipt", f"{work}/receipt", "--policy", policy, "--file", f"{work}/file"], capture_output=True).returncode == 0
    result = {
        "files": len(wanted), "secondsUntilAllHaveReceipts": round(seconds, 1), "perSecond": round(len(wanted) / seconds, 1),
        "receivedOnce": sum(received.get(digest) == 1 for digest in wanted), "receivedMoreOften": sum(received.get(digest, 0) > 1 for digest in wanted),
        "notReceived": sum(digest not in received for digest in wanted), "sealed": len(wanted & sealed),
        "receipts": sum(len(d.receipts) for d in devices), "receiptsOfASampleThatVerify": f"{good} of {len(sample)}",
        "entries": len(log), "what": counts}
    print(json.dumps(result), flush=True)
    if SMOKE and not (result["receivedOnce"] == result["sealed"] == result["receipts"] == len(wanted) == DEVICES * FILES and good == len(sample)):
        sys.exit("not every file is received once, sealed and under a receipt")
finally:
    if station:
        station.stop()
    shutil.rmtree(work, ignore_errors=True)
