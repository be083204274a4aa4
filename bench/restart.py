"""What bench/restart does."""

import hashlib, http.client, json, os, random, shutil, signal, socket, statistics, subprocess, sys, tempfile, threading, time

from parts import PATIENCE, SMOKE, Station, here, metadata, sh

ROUNDS, SIZE, PIECE = int(sys.argv[1]), 1 << 30, 1 << 16
rng = random.Random(20261125)
block = rng.randbytes(PIECE)


def queued(port, station):
    """Bytes that the sender's kernel and the station's kernel hold: on their way, read by nobody."""
    waiting = 0
    for line in sh("ss", "-tnH", "state", "established", f"( sport = :{port} or dport = :{port} )").decode().splitlines():
        received, sent, here_, there = line.split()[:4]
        waiting += int(sent) if here_.endswith(f":{port}") else int(received)
    return waiting


def ask(station, tls, method, path, **headers):
    connection = http.client.HTTPSConnection("127.0.0.1", station.devices, context=tls, timeout=10)
    try:
        connection.request(method, path, None, {"Tus-Resumable": "1.0.0"} | {k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        answer.read()
        return answer.status, dict((k.lower(), v) for k, v in answer.getheaders())
    finally:
        connection.close()


def one_round(station, tls, number):
    # The bytes are the same ones again and again; nothing is finished, so nothing is compared.
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    status, headers = ask(station, tls, "POST", "/files", Upload_Length=str(SIZE), Upload_Metadata=metadata(filename=f"{number}.bin", sha256=digest, officerNo="110023"))
    assert status == 201, status
    place = headers["location"]
    raw = socket.create_connection(("127.0.0.1", station.devices))
    port = raw.getsockname()[1]
    secure = tls.wrap_socket(raw)
    secure.sendall(f"PATCH {place} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: {SIZE}\r\n\r\n".encode())
    sent, on = [0], [True]

    def send():
        try:
            while on[0] and sent[0] < SIZE:
                secure.sendall(block)
                sent[0] += PIECE
        except OSError:
            pass

    sending = threading.Thread(target=send, daemon=True)
    sending.start()
    time.sleep(0.3 if SMOKE else rng.uniform(0.3, 2.0))
    station.process.send_signal(signal.SIGSTOP)
    time.sleep(0.2)  # what could move has moved
    onItsWay, told = queued(port, station), sent[0]
    station.process.send_signal(signal.SIGKILL)
    station.process.wait()
    on[0] = False
    raw.close()
    down = time.time()
    ready = []
    starting = threading.Thread(target=lambda: ready.append(station.start()), daemon=True)
    starting.start()
    while True:
        try:
            status, headers = ask(station, tls, "HEAD", place)
            if status == 200:
                break
        except (OSError, http.client.HTTPException):
            pass
        if not (starting.is_alive() or ready) or time.time() - down > PATIENCE:
            sys.exit(f"the door did not come back within {time.time() - down:.0f} s")
        time.sleep(0.02)
    back = time.time() - down
    starting.join()
    sending.join()
    if not ready:
        sys.exit("the station did not get ready again")
    offset = int(headers["upload-offset"])
    ask(station, tls, "DELETE", place)
    return {"doorBackSeconds": round(back, 2), "readySeconds": round(ready[0], 2), "sentKiB": told >> 10, "durableKiB": offset >> 10,
            "onItsWayKiB": onItsWay >> 10, "beyondKiB": (told - offset - onItsWay) >> 10}


def measure(name, *more):
    work = tempfile.mkdtemp(prefix="restart")
    station = None
    try:
        station = Station(work, *more)
        tls = station.enrol("DSJ-0001")
        rounds = []
        for number in range(ROUNDS):
            rounds.append(one_round(station, tls, number))
            print(json.dumps({"vault": name} | rounds[-1]), flush=True)
        print(json.dumps({"vault": name, "rounds": ROUNDS} | {f"{key}{how}": f(r[key] for r in rounds)
              for key in ("doorBackSeconds", "readySeconds", "beyondKiB") for how, f in (("Median", statistics.median), ("Max", max))}), flush=True)
    finally:
        if station:
            station.stop()
        shutil.rmtree(work, ignore_errors=True)


measure("directory")
if SMOKE:
    print(json.dumps({"vault": "S3", "leftOut": "--smoke"}))
elif shutil.which("radosgw"):
    store = tempfile.mkdtemp(prefix="restart")
    rgw = os.environ | {"D": f"{store}/rgw", "PORT": "18100", "MON": "13400"}
    try:
        subprocess.run([f"{here}/../docker/rgw-one-node"], env=rgw, check=True, stdout=subprocess.DEVNULL)
        os.environ |= {"AWS_ACCESS_KEY_ID": "minioadmin", "AWS_SECRET_ACCESS_KEY": "minioadmin"}
        measure("S3", "--s3", "http://127.0.0.1:18100", "--s3-bucket", "restart")
    finally:
        subprocess.run([f"{here}/../docker/rgw-one-node", "stop"], env=rgw, stdout=subprocess.DEVNULL)
        shutil.rmtree(store, ignore_errors=True)
else:
    print(json.dumps({"vault": "S3", "leftOut": "radosgw is missing"}))
